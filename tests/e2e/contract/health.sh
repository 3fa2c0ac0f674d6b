curl 'https://api.stg.oprag.ai/health'
