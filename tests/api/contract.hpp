// The routes that the public description lists, with who may call them, in its order.
#pragma once
#include <array>
#include <string_view>

#include "http/hooks.hpp"

namespace oprag::testing {

struct ContractRoute {
  std::string_view route;
  http::Access access;
};

inline constexpr auto contract = [] {
  using enum http::Access;
  return std::array{
      ContractRoute{"GET /health", open},
      ContractRoute{"GET /config", open},
      ContractRoute{"GET /widget.js", open},
      ContractRoute{"GET /v1/widget/{id}/config", open},
      ContractRoute{"POST /v1/chat", chat},
      ContractRoute{"GET /v1/dashboard/summary", member},
      ContractRoute{"GET /v1/activity", member},
      ContractRoute{"GET /v1/analytics/summary", member},
      ContractRoute{"GET /v1/billing/summary", member},
      ContractRoute{"GET /v1/conversations", member},
      ContractRoute{"GET /v1/conversations/{conversationId}", member},
      ContractRoute{"PATCH /v1/conversations/{conversationId}", member},
      ContractRoute{"GET /v1/keys", member},
      ContractRoute{"POST /v1/companies", signed_in},
      ContractRoute{"GET /v1/companies/me", member},
      ContractRoute{"PATCH /v1/companies/me", admin},
      ContractRoute{"GET /v1/companies/users", member},
      ContractRoute{"POST /v1/companies/users/invite", admin},
      ContractRoute{"POST /v1/companies/users/{userId}/resend-invite", admin},
      ContractRoute{"PATCH /v1/companies/users/{userId}", admin},
      ContractRoute{"DELETE /v1/companies/users/{userId}", admin},
      ContractRoute{"GET /v1/companies/settings", member},
      ContractRoute{"PATCH /v1/companies/settings", admin},
      ContractRoute{"POST /v1/projects", member},
      ContractRoute{"GET /v1/projects", member},
      ContractRoute{"GET /v1/projects/{id}", member},
      ContractRoute{"PATCH /v1/projects/{id}", admin},
      ContractRoute{"DELETE /v1/projects/{id}", admin},
      ContractRoute{"GET /v1/projects/{id}/overview", member},
      ContractRoute{"GET /v1/projects/{id}/deploy-readiness", member},
      ContractRoute{"GET /v1/projects/{id}/widget-config", member},
      ContractRoute{"PATCH /v1/projects/{id}/widget-config", admin},
      ContractRoute{"GET /v1/projects/{id}/test-prompts", member},
      ContractRoute{"POST /v1/projects/{id}/test-prompts", admin},
      ContractRoute{"POST /v1/projects/{id}/test-runs", member},
      ContractRoute{"POST /v1/projects/{id}/documents/upload-url", member},
      ContractRoute{"POST /v1/projects/{id}/documents/bulk-upload-url", member},
      ContractRoute{"POST /v1/projects/{id}/documents/{docId}/confirm", member},
      ContractRoute{"POST /v1/projects/{id}/documents/{docId}/replace-url", member},
      ContractRoute{"GET /v1/projects/{id}/documents/{docId}/versions", member},
      ContractRoute{"GET /v1/projects/{id}/documents/{docId}/preview-url", member},
      ContractRoute{"GET /v1/projects/{id}/documents", member},
      ContractRoute{"DELETE /v1/projects/{id}/documents/{docId}", member},
      ContractRoute{"POST /v1/projects/{id}/documents/sync", member},
      ContractRoute{"POST /v1/projects/{id}/chat", member},
      ContractRoute{"GET /v1/projects/{id}/conversations", member},
      ContractRoute{"GET /v1/projects/{id}/conversations/{conversationId}", member},
      ContractRoute{"POST /v1/projects/{id}/deploy", admin},
      ContractRoute{"GET /v1/projects/{id}/integration", admin},
      ContractRoute{"GET /v1/projects/{id}/keys", admin},
      ContractRoute{"POST /v1/projects/{id}/keys", admin},
      ContractRoute{"POST /v1/projects/{id}/keys/rotate", admin},
      ContractRoute{"DELETE /v1/projects/{id}/keys/{keyId}", admin},
  };
}();

static_assert(contract.size() == 53);

}  // namespace oprag::testing
