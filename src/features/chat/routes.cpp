#include "features/chat/chat.hpp"
#include "features/chat/streams.hpp"
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

void add_routes(http::Router& router, Service& chat) {
  router.add({.method = "POST",
              .path = "/v1/chat",
              .access = Access::chat,
              .summary = "Public project chatbot",
              .tag = "Chat",
              .creates = true,
              .needs_rag = true,
              .patient = true,
              .as_events = as_events},
             [&](const Caller& caller, Body<ChatRequest> body) { return chat.ask(caller, caller.project, *body); });

  router.add({.method = "POST",
              .path = "/v1/projects/{id}/chat",
              .access = Access::member,
              .summary = "Dashboard test chat",
              .tag = "Chat",
              .creates = true,
              .needs_rag = true,
              .patient = true,
              .as_events = as_events},
             [&](const Caller& caller, Path<ProjectPath> path, Body<ChatRequest> body) {
               return chat.ask(caller, path->id, *body);
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
