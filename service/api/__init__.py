"""The HTTP API: one handler file a noun, all routes in `routes`, and the frame that every request goes through."""
