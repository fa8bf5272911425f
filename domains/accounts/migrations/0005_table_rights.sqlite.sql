-- Roles that came with Beseda get what came later: tables of clients in and out (U-37). Before the first run there are none.
UPDATE roles SET rights = json_insert(rights, '$[#]', json('{"right":"contacts.import","scope":"all"}'))
  WHERE builtin IN ('administrator', 'supervisor') AND rights NOT LIKE '%"contacts.import"%';
UPDATE roles SET rights = json_insert(rights, '$[#]', json('{"right":"contacts.export","scope":"all"}'))
  WHERE builtin IN ('administrator', 'supervisor') AND rights NOT LIKE '%"contacts.export"%';
