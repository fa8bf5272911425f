-- P-84: nobody vouched for visitors of a site before sites could sign who they are.
UPDATE identities SET verified = FALSE WHERE kind = 'widget';
