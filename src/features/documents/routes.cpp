#include "features/documents/documents.hpp"
#include "features/documents/text_view.hpp"
#include "http/router.hpp"

namespace oprag::documents {

using http::Access;
using http::Body;
using http::Path;
using http::Query;
using projects::ProjectPath;

namespace {

struct DocumentPath {
  ProjectId id;
  DocumentId doc_id;
};
BOOST_DESCRIBE_STRUCT(DocumentPath, (), (id, doc_id))

struct VersionQuery {
  std::optional<json::Whole<1, 1'000'000>> version;
};
BOOST_DESCRIBE_STRUCT(VersionQuery, (), (version))

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

constexpr std::string_view tag = "Documents";

void add_upload_routes(http::Router& router, Service& documents) {
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/documents/upload-url",
              .access = Access::member,
              .summary = "Presigned upload URL (single file)",
              .status = 201,
              .tag = tag,
              .creates = true,
              .needs_rag = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<UploadRequest> body) {
               return documents.begin_upload(caller, path->id, *body);
             });
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/documents/bulk-upload-url",
              .access = Access::member,
              .summary = "Presigned upload URLs (batch)",
              .status = 201,
              .tag = tag,
              .creates = true,
              .needs_rag = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<BulkUpload> body) {
               return documents.begin_uploads(caller, path->id, *body);
             });
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/documents/{docId}/confirm",
              .access = Access::member,
              .summary = "Confirm S3 upload",
              .tag = tag,
              .needs_rag = true},
             [&](const Caller& caller, Path<DocumentPath> path, Body<Nothing>) {
               return documents.confirm(caller, path->id, path->doc_id);
             });
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/documents/{docId}/replace-url",
              .access = Access::member,
              .summary = "Replace document (versioned)",
              .status = 201,
              .tag = tag,
              .creates = true,
              .needs_rag = true},
             [&](const Caller& caller, Path<DocumentPath> path, Body<ReplaceRequest> body) {
               return documents.begin_replacement(caller, path->id, path->doc_id, *body);
             });
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/documents/sync",
              .access = Access::member,
              .summary = "Ingest uploaded documents (202 Accepted)",
              .status = 202,
              .tag = tag,
              .needs_rag = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<SyncRequest> body) {
               return documents.sync(caller, path->id, *body);
             });
}

}  // namespace

void add_routes(http::Router& router, Service& documents, TextView& text) {
  add_upload_routes(router, documents);
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/documents",
              .access = Access::member,
              .summary = "List documents",
              .tag = tag},
             [&](const Caller& caller, Path<ProjectPath> path, Query<DocumentQuery> query) {
               return documents.list(caller, path->id, *query);
             });
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/documents/{docId}/versions",
              .access = Access::member,
              .summary = "List document version history",
              .tag = tag},
             [&](const Caller& caller, Path<DocumentPath> path) {
               return documents.versions(caller, path->id, path->doc_id);
             });
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/documents/{docId}/preview-url",
              .access = Access::member,
              .summary = "Presigned preview URL (5 min TTL, works without RAG)",
              .tag = tag},
             [&](const Caller& caller, Path<DocumentPath> path, Query<VersionQuery> query) {
               return documents.preview(caller, path->id, path->doc_id,
                                        query->version ? std::optional(query->version->value) : std::nullopt);
             });
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/documents/{docId}/text",
              .access = Access::member,
              .summary = "Extracted text of a document version, by page",
              .tag = tag},
             [&](const Caller& caller, Path<DocumentPath> path, Query<TextQuery> query) {
               return text.read(caller, path->id, path->doc_id, *query);
             });
  router.add({.method = "DELETE",
              .path = "/v1/projects/{id}/documents/{docId}",
              .access = Access::member,
              .summary = "Delete document (S3 + KB)",
              .tag = tag,
              .needs_rag = true},
             [&](const Caller& caller, Path<DocumentPath> path, Body<Nothing>) {
               return documents.remove(caller, path->id, path->doc_id);
             });
}

}  // namespace oprag::documents
