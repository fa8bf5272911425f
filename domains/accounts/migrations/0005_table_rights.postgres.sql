-- Roles that came with Beseda get what came later: tables of clients in and out (U-37). Before the first run there are none.
UPDATE roles SET rights = rights || '[{"right":"contacts.import","scope":"all"}]'
  WHERE builtin IN ('administrator', 'supervisor') AND CAST(rights AS TEXT) NOT LIKE '%"contacts.import"%';
UPDATE roles SET rights = rights || '[{"right":"contacts.export","scope":"all"}]'
  WHERE builtin IN ('administrator', 'supervisor') AND CAST(rights AS TEXT) NOT LIKE '%"contacts.export"%';
