#include "features/conversations/export.hpp"
#include "features/conversations/feedback.hpp"
#include "features/projects/projects.hpp"
#include "http/router.hpp"

namespace oprag::conversations {

using http::Access;
using http::Body;
using http::Path;
using http::Query;
using http::Request;
using projects::ProjectPath;

namespace {

struct ConversationPath {
  ConversationId conversation_id;
};
BOOST_DESCRIBE_STRUCT(ConversationPath, (), (conversation_id))

struct ProjectConversationPath {
  ProjectId id;
  ConversationId conversation_id;
};
BOOST_DESCRIBE_STRUCT(ProjectConversationPath, (), (id, conversation_id))

constexpr std::string_view tag = "Conversations";

using ListReply = http::Either<ConversationList>;

// All of them, without pages, written while they are read.
http::Response export_response(const Service& conversations, const CompanyId& company,
                               const ConversationFilters& filters, ExportFormat format) {
  http::Response response;
  response.headers = {
      {"Content-Type", std::string(content_type(format))},
      {"Content-Disposition", "attachment; filename=\"" + std::string(file_name(format)) + "\""},
      {"Vary", "Accept"},
  };
  response.stream = [&conversations, company, filters, format](http::BodyWriter& body) {
    body.write(header_line(format));
    conversations.visit(company, filters, [&](const ConversationDetail& c) { body.write(lines_of(c, format)); });
  };
  return response;
}

ListReply as_answer(ConversationList list) {
  return http::Answer<ConversationList>{.value = std::move(list), .headers = {{"Vary", "Accept"}}};
}

}  // namespace

void add_routes(http::Router& router, Service& conversations, Feedback& feedback) {
  router.add({.method = "GET",
              .path = "/v1/conversations",
              .access = Access::member,
              .summary = "Workspace conversation inbox; text/csv or application/jsonl in Accept exports it",
              .tag = tag,
              .also = {404}},
             [&](const Caller& caller, const Request& request, Query<ConversationQuery> query) -> ListReply {
               if (const auto format = export_format(request.headers["Accept"])) {
                 return export_response(conversations, caller.company, *query, *format);
               }
               return as_answer(conversations.list(caller, *query));
             });

  router.add({.method = "GET",
              .path = "/v1/projects/{id}/conversations",
              .access = Access::member,
              .summary = "List project conversations; text/csv or application/jsonl in Accept exports them",
              .tag = tag},
             [&](const Caller& caller, const Request& request, Path<ProjectPath> path,
                 Query<ConversationQuery> query) -> ListReply {
               if (const auto format = export_format(request.headers["Accept"])) {
                 conversations.require_project(caller, path->id);
                 ConversationFilters filters = *query;
                 filters.project_id = path->id;
                 return export_response(conversations, caller.company, filters, *format);
               }
               return as_answer(conversations.list(caller, path->id, *query));
             });

  router.add({.method = "GET",
              .path = "/v1/conversations/{conversationId}",
              .access = Access::member,
              .summary = "Workspace conversation detail and messages",
              .tag = tag,
              .has_etag = true},
             [&](const Caller& caller, Path<ConversationPath> path) {
               return conversations.find(caller, path->conversation_id);
             });

  router.add({.method = "GET",
              .path = "/v1/projects/{id}/conversations/{conversationId}",
              .access = Access::member,
              .summary = "Project conversation detail and messages",
              .tag = tag,
              .has_etag = true},
             [&](const Caller& caller, Path<ProjectConversationPath> path) {
               return conversations.find(caller, path->conversation_id, path->id);
             });

  router.add({.method = "PATCH",
              .path = "/v1/conversations/{conversationId}",
              .access = Access::member,
              .summary = "Update review status, rating, and notes",
              .tag = tag,
              .has_etag = true},
             [&](const Caller& caller, const Request& request, Path<ConversationPath> path, Body<ReviewPatch> body) {
               return conversations.review(caller, path->conversation_id, *body,
                                           [&](const ConversationDetail& now) { http::require_match(request, now); });
             });

  router.add({.method = "POST",
              .path = "/v1/chat/feedback",
              .access = Access::chat,
              .summary = "Rate an answer, as its reader",
              .tag = "Chat",
              .also = {404}},
             [&](const Caller& caller, Body<FeedbackRequest> body) { return feedback.give(caller, *body); });
}

}  // namespace oprag::conversations
