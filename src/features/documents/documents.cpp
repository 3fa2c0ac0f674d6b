#include "features/documents/documents.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "features/documents/indexing.hpp"
#include "text/detect.hpp"

namespace oprag::documents {
namespace {

constexpr std::string_view instructions =
    "1) PUT file to uploadUrl. 2) PUT metadataBody to metadataUploadUrl. 3) POST confirm. 4) POST sync.";

constexpr std::string_view insert_document = R"(
  INSERT INTO documents (company_id, project_id, document_id, current_version, created_at) VALUES ($1, $2, $3, 1, $4))";

constexpr std::string_view insert_version = R"(
  INSERT INTO document_versions (company_id, project_id, document_id, version, filename, content_type, object_key, status,
                                 uploaded_by, created_at, url_expires_at, pages_without_text)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending_upload', $8, $9, $10, '[]'))";

constexpr std::string_view mark_uploaded = R"(
  UPDATE document_versions SET status = 'uploaded', content_type = $5, size_bytes = $6, sha256 = $7, uploaded_at = $8
  WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4 AND status = 'pending_upload')";

constexpr std::string_view list_documents = R"(
  SELECT d.document_id, d.project_id, d.current_version, d.pending_version, d.deleted_at, d.created_at
  FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
       AND v.version = d.current_version
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.deleted_at IS NULL AND ($3 = '' OR v.status = $3)
    AND ($4 = '' OR lower(v.filename) LIKE $4 ESCAPE '\')
    AND (d.created_at, d.document_id) < ($5, $6)
  ORDER BY d.created_at DESC, d.document_id DESC LIMIT $7)";

constexpr std::string_view list_versions = R"(
  SELECT v.version, v.filename, v.size_bytes, v.sha256, v.content_type, v.status, v.uploaded_by, v.created_at, v.indexed_at,
         CASE WHEN v.version = d.current_version THEN 1 ELSE 0 END AS current
  FROM document_versions v JOIN documents d
    ON d.company_id = v.company_id AND d.project_id = v.project_id AND d.document_id = v.document_id
  WHERE v.company_id = $1 AND v.project_id = $2 AND v.document_id = $3 ORDER BY v.version DESC)";

constexpr std::string_view pending_uploads = R"(
  SELECT d.document_id, d.project_id, d.current_version, d.pending_version, d.deleted_at, d.created_at
  FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
       AND v.version = COALESCE(d.pending_version, d.current_version)
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.deleted_at IS NULL AND v.status = 'pending_upload'
  ORDER BY d.created_at, d.document_id)";

// Kept as given for display; refused when it could be mistaken for a path.
std::string checked_filename(const std::string& name) {
  if (name.size() > 255) throw Error(ErrorCode::invalid_request, "filename must have at most 255 bytes");
  for (const char c : name) {
    if (c == '/' || c == '\\') throw Error(ErrorCode::invalid_request, "filename must not hold / or \\");
  }
  auto clean = text::display_filename(name);
  if (clean.empty()) throw Error(ErrorCode::invalid_request, "filename is required");
  return clean;
}

[[noreturn]] void incomplete(const std::string& words) {
  throw Error(ErrorCode::upload_incomplete, words);
}

struct InHand {
  explicit InHand(std::counting_semaphore<>& of) : hands(of) { hands.acquire(); }
  ~InHand() { hands.release(); }
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;
  std::counting_semaphore<>& hands;
};

}  // namespace

std::string safe_filename(std::string_view filename) {
  constexpr std::size_t longest = 120;
  std::string out;
  for (const char c : filename) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && (out.front() == '.' || out.front() == '-')) out.erase(out.begin());
  if (out.size() > longest) {
    const auto dot = out.rfind('.');
    const auto extension = dot == std::string::npos || out.size() - dot > 12 ? std::string() : out.substr(dot);
    out = out.substr(0, longest - extension.size()) + extension;
  }
  return out.empty() ? "file" : out;
}

std::string metadata_body(const CompanyId& company, const ProjectId& project) {
  return R"({"metadataAttributes":{"tenant_id":")" + company.value + R"(","project_id":")" + project.value + R"("}})";
}

Service::Service(db::Database& database, blobs::ObjectStore& objects, Indexing& indexing,
                 const billing::PlanLimits& limits, ActivityLog activity, const Cursors& cursors,
                 std::int64_t upload_limit, Clock clock, RandomText random)
    : database_(database),
      objects_(objects),
      indexing_(indexing),
      limits_(limits),
      activity_(std::move(activity)),
      cursors_(cursors),
      upload_limit_(upload_limit),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

UploadTicket Service::issue(const CompanyId& company, const ProjectId& project, const DocumentId& document,
                            const VersionRow& version) const {
  constexpr std::int64_t sidecar_limit = 10'240;  // bytes, as Bedrock's
  const auto metadata_key = metadata_key_of(version.object_key);
  return {.document_id = document,
          .upload_url = objects_.presign_put(version.object_key, upload_url_seconds, upload_limit_),
          .metadata_upload_url = objects_.presign_put(metadata_key, upload_url_seconds, sidecar_limit),
          .metadata_body = metadata_body(company, project),
          .key = version.object_key,
          .metadata_key = metadata_key,
          .bucket = objects_.bucket(),
          .expires_in_seconds = upload_url_seconds,
          .instructions = std::string(instructions),
          .version = version.version};
}

UploadTicket Service::begin_upload(const Caller& caller, const ProjectId& project, const UploadRequest& request) {
  BulkUpload one;
  one.files.value.push_back(request);
  return begin_uploads(caller, project, one).uploads.front();
}

namespace {

VersionRow new_version(const Caller& caller, const ProjectId& project, std::int64_t number, const std::string& filename,
                       const std::string& content_type, Timestamp now) {
  VersionRow row;
  row.version = number;
  row.filename = checked_filename(filename);
  row.content_type = content_type;
  row.object_key = "documents/" + caller.company.value + "/" + project.value + "/" + random_uuid() + "-" +
                   safe_filename(row.filename);
  row.uploaded_by = person_of(caller);
  row.created_at = now;
  row.url_expires_at = now + upload_url_seconds * second_ms;
  return row;
}

void insert(db::Tenant& tenant, const ProjectId& project, const DocumentId& document, const VersionRow& row) {
  tenant.exec(insert_version, project, document, row.version, row.filename, row.content_type, row.object_key,
              row.uploaded_by, row.created_at, row.url_expires_at);
}

}  // namespace

BulkTickets Service::begin_uploads(const Caller& caller, const ProjectId& project, const BulkUpload& request) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    limits_.require(tenant, billing::Quota::documents, static_cast<std::int64_t>(request.files.value.size()));
    BulkTickets out{.uploads = {}, .expires_in_seconds = upload_url_seconds};
    for (const auto& file : request.files.value) {
      const auto type = file.content_type ? file.content_type->value : "application/octet-stream";
      const auto document = new_id<DocumentTag>(random_);
      const auto row = new_version(caller, project, 1, file.filename.value, type, clock_());
      tenant.exec(insert_document, project, document, row.created_at);
      insert(tenant, project, document, row);
      out.uploads.push_back(issue(caller.company, project, document, row));
    }
    return out;
  });
}

UploadTicket Service::begin_replacement(const Caller& caller, const ProjectId& project, const DocumentId& document,
                                        const ReplaceRequest& request) {
  std::optional<std::string> dropped;
  auto ticket = database_.write(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    const auto row = require(tenant, project, document);
    const auto current = require_version(tenant, project, document, row.current_version);
    if (row.pending_version) {
      const auto pending = require_version(tenant, project, document, *row.pending_version);
      if (pending.status == DocumentStatus::pending_upload) dropped = pending.object_key;
      indexing_.forget(tenant, project, document, pending.version);
    }
    const auto latest = tenant.scalar<std::int64_t>(
        "SELECT MAX(version) FROM document_versions WHERE company_id = $1 AND project_id = $2 AND document_id = $3",
        project, document);
    const auto next = new_version(caller, project, latest.value_or(0) + 1,
                                  request.filename ? request.filename->value : current.filename,
                                  request.content_type ? request.content_type->value : current.content_type, clock_());
    insert(tenant, project, document, next);
    tenant.exec(
        "UPDATE documents SET pending_version = $4 WHERE company_id = $1 AND project_id = $2 AND document_id = $3",
        project, document, next.version);
    activity_.record(tenant, {.type = "document.replaced",
                              .actor = person_of(caller),
                              .project = project,
                              .target_type = "document",
                              .target_id = document.value,
                              .summary = "Began to replace " + current.filename});
    return issue(caller.company, project, document, next);
  });
  if (dropped) {
    objects_.remove(*dropped);
    objects_.remove(metadata_key_of(*dropped));
  }
  return ticket;
}

Document Service::confirm(const Caller& caller, const ProjectId& project, const DocumentId& document) {
  const auto [row, version] = database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    auto found = require(tenant, project, document);
    const auto number = found.pending_version.value_or(found.current_version);
    return std::pair(std::move(found), require_version(tenant, project, document, number));
  });
  return confirm_version(caller, project, row, version);
}

// The type of a complete upload, by its content; throws what is wrong with it.
std::string Service::checked_type(const CompanyId& company, const ProjectId& project, const VersionRow& version,
                                  const std::optional<blobs::ObjectInfo>& file) const {
  if (!file) incomplete("The file was not uploaded to uploadUrl");
  if (file->size > upload_limit_) {
    incomplete("The file is larger than " + std::to_string(upload_limit_) + " bytes");
  }
  const auto sidecar = objects_.get(metadata_key_of(version.object_key));
  if (!sidecar) incomplete("The metadata was not uploaded to metadataUploadUrl");
  if (*sidecar != metadata_body(company, project)) incomplete("The metadata differs from metadataBody");
  const auto bytes = objects_.get(version.object_key);
  const auto type = bytes ? text::detect(*bytes, version.filename) : std::nullopt;
  if (!type) throw Error(ErrorCode::unsupported_document, "The file's content is of no type that can be read");
  return *type;
}

Document Service::confirm_version(const Caller& caller, const ProjectId& project, const DocumentRow& document,
                                  const VersionRow& version) {
  const auto record = [&](db::Tenant& tenant) {
    return record_of(tenant, require(tenant, project, document.document_id));
  };
  if (version.status != DocumentStatus::pending_upload) return database_.read(caller.company, record);

  const InHand hand(hands_);
  // Sealed before anything is looked at, so that what is checked is what stays.
  const auto metadata_key = metadata_key_of(version.object_key);
  const auto file = objects_.seal(version.object_key);
  objects_.seal(metadata_key);
  try {
    const auto type = checked_type(caller.company, project, version, file);
    return database_.write(caller.company, [&](db::Tenant& tenant) {
      projects::require(tenant, project);
      require(tenant, project, document.document_id);
      if (tenant.exec(mark_uploaded, project, document.document_id, version.version, type, file->size, file->sha256,
                      clock_()) > 0) {
        limits_.require(tenant, billing::Quota::storage_bytes, 0);  // this one is counted already
        activity_.record(tenant, {.type = "document.uploaded",
                                  .actor = person_of(caller),
                                  .project = project,
                                  .target_type = "document",
                                  .target_id = document.document_id.value,
                                  .summary = "Uploaded " + version.filename});
      }
      return record(tenant);
    });
  } catch (const Error&) {
    objects_.unseal(version.object_key);
    objects_.unseal(metadata_key);
    throw;
  }
}

std::int64_t Service::confirm_all(const Caller& caller, const ProjectId& project) {
  const auto pending = database_.read(caller.company, [&](db::Tenant& tenant) {
    std::vector<std::pair<DocumentRow, VersionRow>> out;
    for (auto& row : tenant.all<DocumentRow>(pending_uploads, project)) {
      auto version =
          require_version(tenant, project, row.document_id, row.pending_version.value_or(row.current_version));
      out.emplace_back(std::move(row), std::move(version));
    }
    return out;
  });
  std::int64_t confirmed = 0;
  for (const auto& [row, version] : pending) {
    try {
      confirm_version(caller, project, row, version);
      ++confirmed;
    } catch (const Error&) {
      // Abandoned or damaged: it stays pending, and the document's own confirm says why.
    }
  }
  return confirmed;
}

DocumentList Service::list(const Caller& caller, const ProjectId& project, const DocumentQuery& query) const {
  const auto status = query.status ? std::string(to_word(*query.status)) : std::string();
  const auto words = query.q.value_or("");
  const auto scope = "documents " + caller.company.value + " " + project.value + " " + status + " " + words;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    auto rows =
        tenant.all<DocumentRow>(list_documents, project, status, containing(words), from.time, from.id, limit + 1);
    DocumentList out;
    out.next_cursor = take_page(rows, limit, cursors_, scope,
                                [](const DocumentRow& d) { return Position{d.created_at.ms, d.document_id.value}; });
    for (const auto& row : rows) out.documents.push_back(record_of(tenant, row));
    return out;
  });
}

VersionList Service::versions(const Caller& caller, const ProjectId& project, const DocumentId& document) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    require(tenant, project, document);
    return VersionList{tenant.all<DocumentVersion>(list_versions, project, document), {}};
  });
}

Preview Service::preview(const Caller& caller, const ProjectId& project, const DocumentId& document,
                         std::optional<std::int64_t> version) const {
  const auto row = database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    const auto found = require(tenant, project, document);
    return require_version(tenant, project, document, version.value_or(found.current_version));
  });
  if (row.status == DocumentStatus::pending_upload) throw Error(ErrorCode::not_found, "Document version not found");
  return {.url = objects_.presign_get(row.object_key, preview_url_seconds,
                                      {.content_type = row.content_type, .filename = row.filename}),
          .expires_in_seconds = preview_url_seconds,
          .filename = row.filename,
          .content_type = row.content_type,
          .version = row.version};
}

Document Service::remove(const Caller& caller, const ProjectId& project, const DocumentId& document) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    auto row = require(tenant, project, document);
    row.deleted_at = clock_();
    tenant.exec("UPDATE documents SET deleted_at = $4 WHERE company_id = $1 AND project_id = $2 AND document_id = $3",
                project, document, *row.deleted_at);
    indexing_.retract(tenant, project, document);
    auto record = record_of(tenant, row);
    activity_.record(tenant, {.type = "document.deleted",
                              .actor = person_of(caller),
                              .project = project,
                              .target_type = "document",
                              .target_id = document.value,
                              .summary = "Deleted " + record.filename});
    return record;
  });
}

SyncAnswer Service::sync(const Caller& caller, const ProjectId& project, const SyncRequest& request) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    std::optional<std::vector<DocumentId>> named;
    if (request.document_ids) named = request.document_ids->value;
    const auto count = indexing_.start(tenant, project, named);
    if (count == 0) throw Error(ErrorCode::nothing_to_sync, "No documents ready for sync");
    activity_.record(tenant, {.type = "documents.synced",
                              .actor = person_of(caller),
                              .project = project,
                              .target_type = "project",
                              .target_id = project.value,
                              .summary = "Started indexing"});
    return SyncAnswer{.document_count = count,
                      .statuses = {"STARTING"},
                      .company_id = caller.company,
                      .project_id = project,
                      .message = "Project-scoped ingestion started. Wait 1–5 minutes before chatting."};
  });
}

}  // namespace oprag::documents
