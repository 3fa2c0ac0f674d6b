#include "features/retention/retention.hpp"

#include <unordered_set>

#include "base/log.hpp"
#include "features/chat/streams.hpp"

namespace oprag::retention {
namespace {

constexpr std::int64_t batch = 500;  // conversations a transaction, so that chats do not wait for long

struct CompanyRow {
  CompanyId company_id;
};
BOOST_DESCRIBE_STRUCT(CompanyRow, (), (company_id))

struct ProjectRow {
  ProjectId project_id;
};
BOOST_DESCRIBE_STRUCT(ProjectRow, (), (project_id))

struct ConversationRow {
  ProjectId project_id;
  ConversationId conversation_id;
};
BOOST_DESCRIBE_STRUCT(ConversationRow, (), (project_id, conversation_id))

struct VersionRow {
  ProjectId project_id;
  DocumentId document_id;
  std::int64_t version = 0;
  std::string object_key;
  std::optional<std::string> text_object;
};
BOOST_DESCRIBE_STRUCT(VersionRow, (), (project_id, document_id, version, object_key, text_object))

struct KeyRow {
  std::string object_key;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (object_key))

// $2: what was to be confirmed by then. An upload of which there is no other version goes with its document.
constexpr std::string_view unconfirmed = R"(
  v.status = 'pending_upload' AND v.url_expires_at < $2
  AND (v.version <> d.current_version OR NOT EXISTS (
    SELECT 1 FROM document_versions o WHERE o.company_id = v.company_id AND o.project_id = v.project_id
      AND o.document_id = v.document_id AND o.version <> v.version
      AND (o.status <> 'pending_upload' OR o.url_expires_at >= $2))))";

// Neither answering nor about to, or of a deleted document; and no stored conversation shows it as a source. Stored
// sources hold `…"documentId":"doc_…","version":1,…`.
constexpr std::string_view needless = R"(
  (d.deleted_at IS NOT NULL OR (v.version <> d.current_version AND v.version <> COALESCE(d.pending_version, 0)
                                AND v.status <> 'pending_upload'))
  AND NOT EXISTS (
    SELECT 1 FROM messages m WHERE m.company_id = v.company_id AND m.project_id = v.project_id
      AND lower(m.sources) LIKE '%"documentid":"' || lower(v.document_id) || '","version":'
                                || CAST(v.version AS TEXT) || ',%'))";

std::string versions_to_drop() {
  return R"(
  SELECT v.project_id, v.document_id, v.version, v.object_key, v.text_object
  FROM document_versions v JOIN documents d
    ON d.company_id = v.company_id AND d.project_id = v.project_id AND d.document_id = v.document_id
  WHERE v.company_id = $1 AND (()" +
         std::string(unconfirmed) + ") OR (" + std::string(needless) + "))";
}

// Rows stay as the mark by which every node's index learns that a segment went; the generations before the one that
// answers are marked too.
constexpr std::string_view retire_generations = R"(
  UPDATE index_segments SET removed_revision = (
    SELECT m.revision FROM index_manifests m
    WHERE m.company_id = index_segments.company_id AND m.project_id = index_segments.project_id)
  WHERE company_id = $1 AND removed_revision IS NULL AND EXISTS (
    SELECT 1 FROM index_manifests m
    WHERE m.company_id = index_segments.company_id AND m.project_id = index_segments.project_id
      AND m.generation <> index_segments.generation AND COALESCE(m.building, '') <> index_segments.generation
      AND (SELECT MAX(o.added_revision) FROM index_segments o
           WHERE o.company_id = m.company_id AND o.project_id = m.project_id
             AND o.generation = index_segments.generation)
        < (SELECT MIN(a.added_revision) FROM index_segments a
           WHERE a.company_id = m.company_id AND a.project_id = m.project_id AND a.generation = m.generation
             AND a.removed_revision IS NULL)))";

constexpr std::string_view named_objects = R"(
  SELECT object_key FROM document_versions WHERE company_id = $1 AND project_id = $2
  UNION SELECT object_key || '.metadata.json' FROM document_versions WHERE company_id = $1 AND project_id = $2
  UNION SELECT text_object FROM document_versions
    WHERE company_id = $1 AND project_id = $2 AND text_object IS NOT NULL
  UNION SELECT object_key FROM index_segments
    WHERE company_id = $1 AND project_id = $2 AND removed_revision IS NULL)";

// Segments of a document that no generation shows any more.
constexpr std::string_view dead_segments = R"(
  SELECT DISTINCT s.object_key FROM index_segments s
  WHERE s.company_id = $1 AND s.project_id = $2 AND s.document_id = $3 AND s.version = $4
    AND NOT EXISTS (SELECT 1 FROM index_segments o WHERE o.company_id = s.company_id AND o.project_id = s.project_id
                      AND o.object_key = s.object_key AND o.removed_revision IS NULL))";

// "text/co_…/proj_…/…" → "co_…/proj_…"; empty for a key of another form, which is somebody else's.
std::string group_of(const std::string& key) {
  const auto company = key.find('/') + 1;
  const auto project = key.find('/', company) + 1;
  const auto end = project == 0 ? std::string::npos : key.find('/', project);
  if (end == std::string::npos || key.compare(company, 3, "co_") != 0 || key.compare(project, 5, "proj_") != 0)
    return {};
  return key.substr(company, end - company);
}

}  // namespace

Retention::Retention(db::Database& database, blobs::ObjectStore& objects, std::int64_t archive_days,
                     std::function<bool(db::Scrub)> scrub, ActivityLog activity)
    : database_(database),
      objects_(objects),
      archive_days_(archive_days),
      scrub_(std::move(scrub)),
      activity_(std::move(activity)) {}

Receipt Retention::run_once(Timestamp now) {
  Receipt receipt;
  const auto companies = database_.read_system(
      [](db::System& directory) { return directory.all<CompanyRow>("SELECT company_id FROM companies"); });
  for (const auto& company : companies) {
    try {
      receipt.add(tidy(company.company_id, now));
    } catch (const std::exception& e) {
      log::error("what was to go did not go", {{"company", company.company_id.value}, {"error", e.what()}});
    }
  }
  if (now - swept_at_ >= sweep_every_ms) {
    receipt.add(sweep_objects(now));
    swept_at_ = now;
  }
  const bool erased = !receipt.empty() || !receipt.scrubbed;
  receipt.add(expire_records(now));
  if (erased) scrub(receipt, db::Scrub::log);
  return receipt;
}

Receipt Retention::tidy(const CompanyId& company, Timestamp now) {
  expire_streams(company, now);
  auto receipt = expire_conversations(company, now);
  const auto archived = database_.read(company, [&](db::Tenant& tenant) {
    return tenant.all<ProjectRow>(
        "SELECT project_id FROM projects WHERE company_id = $1 AND status = 'archived' AND archived_at <= $2",
        now - archive_days_ * day_ms);
  });
  for (const auto& project : archived) receipt.add(erase_project(company, project.project_id));
  receipt.add(drop_versions(company, now));
  return receipt;
}

// Sealed with keys that are not here: nothing to be scrubbed, so on no receipt.
void Retention::expire_streams(const CompanyId& company, Timestamp now) {
  const auto ended_before = now - chat::stream_ms;
  database_.write(company, [&](db::Tenant& tenant) {
    tenant.exec(
        "DELETE FROM chat_stream_events WHERE company_id = $1 AND EXISTS (SELECT 1 FROM chat_streams s "
        "WHERE s.company_id = chat_stream_events.company_id AND s.project_id = chat_stream_events.project_id "
        "AND s.stream_id = chat_stream_events.stream_id AND s.alive_at < $2)",
        ended_before);
    tenant.exec("DELETE FROM chat_streams WHERE company_id = $1 AND alive_at < $2", ended_before);
  });
}

Receipt Retention::expire_conversations(const CompanyId& company, Timestamp now) {
  Receipt receipt;
  for (bool more = true; more;) {
    receipt.add(database_.write(company, [&](db::Tenant& tenant) {
      Receipt out;
      more = false;
      const auto days =
          tenant.scalar<std::int64_t>("SELECT retention_days FROM company_settings WHERE company_id = $1");
      if (!days) return out;
      const auto old = tenant.all<ConversationRow>(
          "SELECT project_id, conversation_id FROM conversations WHERE company_id = $1 AND last_message_at < $2 "
          "ORDER BY last_message_at LIMIT $3",
          now - *days * day_ms, batch);
      for (const auto& row : old) {
        for (const std::string table : {"messages", "conversations"}) {
          out.count(table, tenant.exec("DELETE FROM " + table +
                                           " WHERE company_id = $1 AND project_id = $2 AND conversation_id = $3",
                                       row.project_id, row.conversation_id));
        }
      }
      more = static_cast<std::int64_t>(old.size()) == batch;
      return out;
    }));
  }
  return receipt;
}

Receipt Retention::drop_versions(const CompanyId& company, Timestamp now) {
  static const auto to_drop = versions_to_drop();
  std::vector<std::string> keys;
  auto receipt = database_.write(company, [&](db::Tenant& tenant) {
    Receipt out;
    keys.clear();
    tenant.exec(retire_generations);
    for (const auto& row : tenant.all<VersionRow>(to_drop, now - unconfirmed_ms)) {
      keys.push_back(row.object_key);
      keys.push_back(row.object_key + ".metadata.json");
      if (row.text_object) keys.push_back(*row.text_object);
      for (const auto& segment : tenant.all<KeyRow>(dead_segments, row.project_id, row.document_id, row.version))
        keys.push_back(segment.object_key);
      out.count("document_versions",
                tenant.exec("DELETE FROM document_versions WHERE company_id = $1 AND project_id = $2 "
                            "AND document_id = $3 AND version = $4",
                            row.project_id, row.document_id, row.version));
      tenant.exec(
          "UPDATE documents SET pending_version = NULL WHERE company_id = $1 AND project_id = $2 AND document_id = $3 "
          "AND pending_version = $4",
          row.project_id, row.document_id, row.version);
    }
    out.count(
        "documents",
        tenant.exec("DELETE FROM documents WHERE company_id = $1 AND NOT EXISTS (SELECT 1 FROM document_versions v "
                    "WHERE v.company_id = documents.company_id AND v.project_id = documents.project_id "
                    "AND v.document_id = documents.document_id)"));
    return out;
  });
  for (const auto& key : keys) {
    if (!objects_.head(key)) continue;
    objects_.remove(key);
    ++receipt.objects;
  }
  return receipt;
}

Receipt Retention::expire_records(Timestamp now) {
  return database_.write_system([&](db::System& directory) {
    Receipt out;
    out.count("identity_refresh_tokens",
              directory.exec("DELETE FROM identity_refresh_tokens WHERE session_id IN "
                             "(SELECT session_id FROM identity_sessions WHERE expires_at < $1)",
                             now));
    for (const std::string table :
         {"identity_sessions", "identity_grants", "identity_codes", "identity_used_challenges", "idempotency_records"})
      out.count(table, directory.exec("DELETE FROM " + table + " WHERE expires_at < $1", now));
    return out;
  });
}

Receipt Retention::sweep_objects(Timestamp now) {
  Receipt receipt;
  for (const std::string prefix : {"documents/", "text/", "index/"}) {
    std::string group;
    std::vector<std::string> keys;  // of the group; keys come in order
    const auto finish = [&] {
      if (!group.empty()) receipt.objects += sweep_group(group, keys, now);
      keys.clear();
    };
    for (auto& key : objects_.list(prefix)) {
      if (auto next = group_of(key); next != group) {
        finish();
        group = std::move(next);
      }
      keys.push_back(std::move(key));
    }
    finish();
  }
  return receipt;
}

std::int64_t Retention::sweep_group(const std::string& group, const std::vector<std::string>& keys, Timestamp now) {
  const auto slash = group.find('/');
  const CompanyId company{group.substr(0, slash)};
  const ProjectId project{group.substr(slash + 1)};
  std::unordered_set<std::string> named;
  database_.read(company, [&](db::Tenant& tenant) {
    for (auto& row : tenant.all<KeyRow>(named_objects, project)) named.insert(std::move(row.object_key));
  });
  std::int64_t removed = 0;
  for (const auto& key : keys) {
    if (named.contains(key)) continue;
    const auto info = objects_.head(key);
    if (!info || now - info->modified < orphan_ms) continue;
    objects_.remove(key);
    ++removed;
  }
  return removed;
}

}  // namespace oprag::retention
