// The documents' bodies, and the rows behind them.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "features/common/paging.hpp"
#include "features/common/person.hpp"
#include "json/codec.hpp"

namespace oprag::documents {

enum class DocumentStatus { pending_upload, uploaded, indexing, indexed, failed, deleting };
BOOST_DESCRIBE_ENUM(DocumentStatus, pending_upload, uploaded, indexing, indexed, failed, deleting)

struct Failure {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (code, message))

struct Progress {
  std::string stage;  // queued, reading, embedding, publishing
  std::int64_t pages_done = 0;
  std::optional<std::int64_t> pages_total;
  std::optional<std::int64_t> eta_seconds;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (stage, pages_done, pages_total, eta_seconds))

// Something in the document that its owner should look at: instructions, template_tokens, hidden_text.
struct Warning {
  std::string code;
  std::string message;
  std::optional<std::int64_t> page_number;
  std::string excerpt;
};
BOOST_DESCRIBE_STRUCT(Warning, (), (code, message, page_number, excerpt))

using PageRanges = std::vector<std::vector<std::int64_t>>;  // [[first, last] …], 1-based

struct PendingVersion {
  std::int64_t version = 0;
  DocumentStatus status = DocumentStatus::pending_upload;
  std::string filename;
  std::optional<Failure> error;
  std::optional<Progress> progress;
};
BOOST_DESCRIBE_STRUCT(PendingVersion, (), (version, status, filename, error, progress))

struct Document {
  DocumentId document_id;
  ProjectId project_id;
  std::string filename;
  std::string content_type;
  std::optional<std::int64_t> size_bytes;
  std::optional<std::string> sha256;
  DocumentStatus status = DocumentStatus::pending_upload;
  std::int64_t version = 1;
  std::optional<std::int64_t> page_count;
  std::optional<std::int64_t> chunk_count;
  std::optional<std::string> title;
  std::optional<std::string> language;
  std::optional<Failure> error;
  std::optional<Progress> progress;
  PageRanges pages_without_text;
  std::optional<PendingVersion> pending_version;
  std::string key;
  std::optional<Person> uploaded_by;
  Timestamp created_at;
  std::optional<Timestamp> uploaded_at, indexed_at;
  std::vector<Warning> warnings;
};
BOOST_DESCRIBE_STRUCT(Document, (),
                      (document_id, project_id, filename, content_type, size_bytes, sha256, status, version, page_count,
                       chunk_count, title, language, error, progress, pages_without_text, pending_version, key,
                       uploaded_by, created_at, uploaded_at, indexed_at, warnings))

struct UploadRequest {
  json::Text<1, 255> filename;
  std::optional<json::Text<1, 255>> content_type;
};
BOOST_DESCRIBE_STRUCT(UploadRequest, (), (filename, content_type))

struct BulkUpload {
  json::List<UploadRequest, 1, 100> files;
};
BOOST_DESCRIBE_STRUCT(BulkUpload, (), (files))

struct ReplaceRequest {
  std::optional<json::Text<1, 255>> filename;
  std::optional<json::Text<1, 255>> content_type;
};
BOOST_DESCRIBE_STRUCT(ReplaceRequest, (), (filename, content_type))

// The contract's members in the contract's order, then ours.
struct UploadTicket {
  DocumentId document_id;
  std::string upload_url;
  std::string metadata_upload_url;
  std::string metadata_body;
  std::string key;
  std::string metadata_key;
  std::string bucket;
  std::int64_t expires_in_seconds = 0;
  std::string instructions;
  std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(UploadTicket, (),
                      (document_id, upload_url, metadata_upload_url, metadata_body, key, metadata_key, bucket,
                       expires_in_seconds, instructions, version))

struct BulkTickets {
  std::vector<UploadTicket> uploads;
  std::int64_t expires_in_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(BulkTickets, (), (uploads, expires_in_seconds))

struct DocumentQuery : PageQuery {
  std::optional<DocumentStatus> status;
  std::optional<std::string> q;
};
BOOST_DESCRIBE_STRUCT(DocumentQuery, (PageQuery), (status, q))

struct DocumentList {
  std::vector<Document> documents;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(DocumentList, (), (documents, next_cursor))

struct DocumentVersion {
  std::int64_t version = 0;
  std::string filename;
  std::optional<std::int64_t> size_bytes;
  std::optional<std::string> sha256;
  std::string content_type;
  DocumentStatus status = DocumentStatus::pending_upload;
  std::optional<Person> uploaded_by;
  Timestamp created_at;
  std::optional<Timestamp> indexed_at;
  bool current = false;
};
BOOST_DESCRIBE_STRUCT(DocumentVersion, (),
                      (version, filename, size_bytes, sha256, content_type, status, uploaded_by, created_at, indexed_at,
                       current))

struct VersionList {
  std::vector<DocumentVersion> versions;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(VersionList, (), (versions, next_cursor))

struct Preview {
  std::string url;
  std::int64_t expires_in_seconds = 0;
  std::string filename;
  std::string content_type;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Preview, (), (url, expires_in_seconds, filename, content_type, version))

struct SyncRequest {
  std::optional<json::List<DocumentId, 1, 1000>> document_ids;
};
BOOST_DESCRIBE_STRUCT(SyncRequest, (), (document_ids))

struct SyncAnswer {
  std::int64_t document_count = 0;
  std::vector<std::string> statuses;
  CompanyId company_id;
  ProjectId project_id;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(SyncAnswer, (), (document_count, statuses, company_id, project_id, message))

// ---- rows

struct DocumentRow {
  DocumentId document_id;
  ProjectId project_id;
  std::int64_t current_version = 1;
  std::optional<std::int64_t> pending_version;
  std::optional<Timestamp> deleted_at;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(DocumentRow, (),
                      (document_id, project_id, current_version, pending_version, deleted_at, created_at))

struct VersionRow {
  DocumentId document_id;
  std::int64_t version = 1;
  std::string filename;
  std::string content_type;
  std::string object_key;
  DocumentStatus status = DocumentStatus::pending_upload;
  std::optional<std::int64_t> size_bytes;
  std::optional<std::string> sha256;
  std::optional<Person> uploaded_by;
  Timestamp created_at;
  Timestamp url_expires_at;
  std::optional<Timestamp> uploaded_at, indexed_at;
  std::optional<std::int64_t> page_count, chunk_count;
  std::optional<std::string> title, language;
  PageRanges pages_without_text;
  std::optional<std::vector<Warning>> warnings;
  std::optional<Progress> progress;
  std::optional<Failure> error;
  std::optional<std::string> text_object, text_sha256;
};
BOOST_DESCRIBE_STRUCT(VersionRow, (),
                      (document_id, version, filename, content_type, object_key, status, size_bytes, sha256,
                       uploaded_by, created_at, url_expires_at, uploaded_at, indexed_at, page_count, chunk_count, title,
                       language, pages_without_text, warnings, progress, error, text_object, text_sha256))

// Where the metadata that is uploaded with an object lies.
std::string metadata_key_of(const std::string& object_key);
// Throws not_found for a foreign, unknown or deleted document.
DocumentRow require(db::Tenant& tenant, const ProjectId& project, const DocumentId& document);
// Throws not_found for a version that never was.
VersionRow require_version(db::Tenant& tenant, const ProjectId& project, const DocumentId& document,
                           std::int64_t version);
// The record as the API shows it: the answering version, and the one that waits to replace it.
Document record_of(db::Tenant& tenant, const DocumentRow& row);

}  // namespace oprag::documents
