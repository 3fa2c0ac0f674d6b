curl -X POST 'https://api.stg.oprag.ai/v1/chat' \
-H 'X-Oprag-Key: sk_live_...' \
-H 'Content-Type: application/json' \
-d '{"question":"What is your refund policy?","sessionId":"optional-session-id","conversationId":"optional-conversation-id","visitorId":"optional-visitor-id"}'
