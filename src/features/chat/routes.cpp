#include "features/chat/chat.hpp"
#include "features/chat/events.hpp"
#include "http/router.hpp"

namespace oprag::json {
template <>
inline constexpr bool ignores_unknown<oprag::chat::ChatRequest> = true;
}

namespace oprag::chat {

using http::Access;
using http::Body;
using http::Path;
using projects::ProjectPath;

namespace {

constexpr http::Spec public_chat{.method = "POST",
                                 .path = "/v1/chat",
                                 .access = Access::chat,
                                 .summary = "Public project chatbot",
                                 .tag = "Chat",
                                 .creates = true,
                                 .needs_rag = true,
                                 .patient = true,
                                 .as_events = as_events};
constexpr http::Spec dashboard_chat{.method = "POST",
                                    .path = "/v1/projects/{id}/chat",
                                    .access = Access::member,
                                    .summary = "Dashboard test chat",
                                    .tag = "Chat",
                                    .creates = true,
                                    .needs_rag = true,
                                    .patient = true,
                                    .as_events = as_events};

http::Reply<ChatAnswer> answer(Service& chat, const http::Spec& spec, const Caller& caller,
                               const http::Request& request, const ProjectId& project, const ChatRequest& body) {
  How how{.key = {}, .seen = last_seen(request), .client = request.stopped, .request_id = request.id};
  if (request.headers.contains("Idempotency-Key")) how.key.emplace(caller, request, spec);
  if (http::accepts_events(request) || body.stream.value_or(false)) return chat.stream(caller, project, body, how);
  return http::Answer<ChatAnswer>{.value = chat.ask(caller, project, body, how)};
}

}  // namespace

void add_routes(http::Router& router, Service& chat) {
  router.add(public_chat, [&](const Caller& caller, const http::Request& request, Body<ChatRequest> body) {
    return answer(chat, public_chat, caller, request, caller.project, *body);
  });
  router.add(dashboard_chat,
             [&](const Caller& caller, const http::Request& request, Path<ProjectPath> path, Body<ChatRequest> body) {
               return answer(chat, dashboard_chat, caller, request, path->id, *body);
             });

  router.add({.method = "POST",
              .path = "/v1/projects/{id}/search",
              .access = Access::member,
              .summary = "What retrieval finds, before anything is answered",
              .tag = "Chat",
              .needs_rag = true,
              .patient = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<SearchRequest> body) {
               return chat.search(caller, path->id, *body);
             });
}

}  // namespace oprag::chat
