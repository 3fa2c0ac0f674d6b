// Documents: upload, confirm, replace, preview, delete. What happens to a confirmed file is indexing.hpp's.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "blobs/object_store.hpp"
#include "features/common/activity.hpp"
#include "features/common/paging.hpp"
#include "features/documents/records.hpp"
#include "features/projects/projects.hpp"

namespace oprag::documents {

class Indexing;
class TextView;

inline constexpr std::int64_t upload_url_seconds = 900;
inline constexpr std::int64_t preview_url_seconds = 300;
inline constexpr std::int64_t default_upload_limit = 100 << 20;  // bytes
inline constexpr std::size_t bulk_limit = 100;

class Service {
 public:
  Service(db::Database& database, blobs::ObjectStore& objects, Indexing& indexing, const billing::PlanLimits& limits,
          ActivityLog activity, const Cursors& cursors, std::int64_t upload_limit, Clock clock, RandomText random);

  UploadTicket begin_upload(const Caller& caller, const ProjectId& project, const UploadRequest& request);
  BulkTickets begin_uploads(const Caller& caller, const ProjectId& project, const BulkUpload& request);
  // A second replacement drops the first one's unconfirmed file.
  UploadTicket begin_replacement(const Caller& caller, const ProjectId& project, const DocumentId& document,
                                 const ReplaceRequest& request);
  // Verifies both objects and the file's type. Confirming twice gives the same answer.
  Document confirm(const Caller& caller, const ProjectId& project, const DocumentId& document);
  // Confirms every pending upload of the project whose objects are there and valid; the others stay pending. Returns
  // how many were confirmed.
  std::int64_t confirm_all(const Caller& caller, const ProjectId& project);

  DocumentList list(const Caller& caller, const ProjectId& project, const DocumentQuery& query) const;
  VersionList versions(const Caller& caller, const ProjectId& project, const DocumentId& document) const;
  Preview preview(const Caller& caller, const ProjectId& project, const DocumentId& document,
                  std::optional<std::int64_t> version) const;
  // Out of every answer when this returns; objects and segments go in the background.
  Document remove(const Caller& caller, const ProjectId& project, const DocumentId& document);
  SyncAnswer sync(const Caller& caller, const ProjectId& project, const SyncRequest& request);

 private:
  UploadTicket issue(const CompanyId& company, const ProjectId& project, const DocumentId& document,
                     const VersionRow& version) const;
  std::string checked_type(const CompanyId& company, const ProjectId& project, const VersionRow& version,
                           const std::optional<blobs::ObjectInfo>& file) const;
  Document confirm_version(const Caller& caller, const ProjectId& project, const DocumentRow& document,
                           const VersionRow& version);

  db::Database& database_;
  blobs::ObjectStore& objects_;
  Indexing& indexing_;
  const billing::PlanLimits& limits_;
  ActivityLog activity_;
  const Cursors& cursors_;
  std::int64_t upload_limit_;
  Clock clock_;
  RandomText random_;
  std::counting_semaphore<> hands_{4};  // uploads that are looked at, each whole in memory
};

void add_routes(http::Router& router, Service& documents, TextView& text);

// The form of a file name that an object key may hold: letters, digits, dot, dash and underscore of ASCII, at most 120
// bytes, the extension kept.
std::string safe_filename(std::string_view filename);
// The sidecar's exact bytes.
std::string metadata_body(const CompanyId& company, const ProjectId& project);

}  // namespace oprag::documents
