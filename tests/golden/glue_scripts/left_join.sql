SELECT plays.*, device_type, goal
FROM plays LEFT JOIN goals ON plays.country = goals.country AND plays.device = goals.device_type
