ALTER TABLE contacts ADD COLUMN photo_file_id UUID;
