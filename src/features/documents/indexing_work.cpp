// What a worker does with a document; indexing.cpp says which documents are worked on.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "crypto/hash.hpp"
#include "features/documents/indexing.hpp"
#include "index/prepare.hpp"
#include "text/suspicions.hpp"

namespace oprag::documents {
namespace {

constexpr std::int64_t embed_batch = 16;                // passages between two heartbeats
constexpr std::size_t passages_embedded_at_once = 128;  // a second or two: not worth publishing the words before
constexpr std::int64_t progress_interval_ms = 500;

constexpr std::string_view set_progress = R"(
  UPDATE document_versions SET progress = $5
  WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4 AND status = 'indexing')";

constexpr std::string_view mark_indexed = R"(
  UPDATE document_versions SET status = 'indexed', error = NULL, progress = NULL, indexed_at = $5, page_count = $6,
         chunk_count = $7, title = $8, language = $9, pages_without_text = $10, warnings = $11
  WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4)";

// No version of the document was ever indexed, and this is the one that would answer.
constexpr std::string_view first_version_unindexed = R"(
  SELECT 1 FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.document_id = $3 AND d.current_version = $4 AND v.version = $4
    AND v.indexed_at IS NULL)";

// Indexed documents that a generation does not hold.
constexpr std::string_view missing_documents = R"(
  SELECT COUNT(*) FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
      AND v.version = d.current_version
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.deleted_at IS NULL AND v.status = 'indexed'
    AND NOT EXISTS (
      SELECT 1 FROM index_segments s WHERE s.company_id = d.company_id AND s.project_id = d.project_id
        AND s.generation = $3 AND s.document_id = d.document_id AND s.removed_revision IS NULL))";

constexpr std::string_view is_held = R"(
  SELECT 1 FROM index_segments
  WHERE company_id = $1 AND project_id = $2 AND generation = $3 AND document_id = $4 AND version = $5
    AND removed_revision IS NULL)";

std::pair<DocumentId, std::int64_t> parts_of(const jobs::Job& job) {
  const auto colon = job.subject.rfind(':');
  return {{job.subject.substr(0, colon)}, std::stoll(job.subject.substr(colon + 1))};
}

PageRanges pages_without_text(const text::Document& document) {
  PageRanges out;
  for (const auto& page : document.pages) {
    if (!page.number || !page.blocks.empty()) continue;
    if (!out.empty() && out.back()[1] + 1 == *page.number)
      out.back()[1] = *page.number;
    else
      out.push_back({*page.number, *page.number});
  }
  return out;
}

std::vector<Warning> warnings_of(const text::Document& document) {
  std::vector<Warning> out;
  for (auto& found : text::suspicions_in(document)) {
    const auto* message = found.code == "instructions"      ? "Holds what reads like orders to a language model"
                          : found.code == "template_tokens" ? "Holds marks that only chat models' templates have"
                                                            : "Holds text that its readers cannot see";
    out.push_back({std::move(found.code), message, found.page, std::move(found.excerpt)});
  }
  return out;
}

std::string key_name(const std::string& key) {
  return key.substr(key.rfind('/') + 1);
}

}  // namespace

struct Indexing::Work {
  projects::Project project;
  DocumentRow document;
  VersionRow version;
  std::string generation;  // that it is indexed for
  std::string answering;   // the generation that answers; empty before the first
  bool is_first = false;   // nothing of the document answers yet
  bool is_held = false;    // the generation that answers has this version
  std::int64_t pages = 0;
  std::size_t embedded = 0;  // passages that were not known from before

  // Passages are embedded in the order of reading.
  Progress embedding(std::size_t done, std::size_t passages, std::optional<std::int64_t> eta_seconds = {}) const {
    const auto pages_done = pages * static_cast<std::int64_t>(done) / static_cast<std::int64_t>(passages);
    return {.stage = "embedding", .pages_done = pages_done, .pages_total = pages, .eta_seconds = eta_seconds};
  }
};

std::optional<Indexing::Work> Indexing::prepare(const jobs::Job& job) {
  const auto [document, version] = parts_of(job);
  return database_.read(job.company_id, [&](db::Tenant& tenant) -> std::optional<Work> {
    try {
      Work work;
      work.project = projects::require(tenant, job.project_id);
      work.document = require(tenant, job.project_id, document);
      work.version = require_version(tenant, job.project_id, document, version);
      work.generation = wanted(work.project).name();
      work.answering = index_.current(tenant, job.project_id);
      work.is_first =
          tenant.scalar<std::int64_t>(first_version_unindexed, job.project_id, document, version).has_value();
      work.is_held =
          tenant.scalar<std::int64_t>(is_held, job.project_id, work.answering, document, version).has_value();
      return work;
    } catch (const Error&) {
      return {};  // deleted or archived meanwhile
    }
  });
}

void Indexing::show_progress(const jobs::Job& job, const Work& work, const Progress& progress) {
  queue_.heartbeat(job, progress.stage + " " + std::to_string(progress.pages_done));
  database_.write(job.company_id, [&](db::Tenant& tenant) {
    tenant.exec(set_progress, job.project_id, work.version.document_id, work.version.version, std::optional(progress));
  });
}

// The text is read once per extractor version and kept: chunkers and embedders come and go, the text stays.
text::Document Indexing::extracted(const jobs::Job& job, Work& work, std::stop_token stop) {
  if (work.version.text_object &&
      work.version.text_object->find(std::string("/x") + text::extractor_version + "-") != std::string::npos) {
    if (const auto kept = objects_.get(*work.version.text_object)) {
      if (auto document = text::decode(*kept)) return *std::move(document);
    }
  }
  const auto bytes = objects_.get(work.version.object_key);
  if (!bytes) throw Error(ErrorCode::upload_incomplete, "The uploaded object is gone");
  if (work.version.sha256 && crypto::sha256_hex(*bytes) != *work.version.sha256) {
    throw Error(ErrorCode::upload_incomplete, "The uploaded object changed after it was confirmed");
  }
  const auto began = clock_();
  auto shown = began;
  auto out = extractor_.extract(
      *bytes, work.version.filename,
      [&](std::int64_t done, std::int64_t total) {
        const auto now = clock_();
        if (now - shown < progress_interval_ms) return;
        shown = now;
        Progress progress{.stage = "reading", .pages_done = done, .pages_total = {}, .eta_seconds = {}};
        if (total > 0) {
          progress.pages_total = total;
          progress.eta_seconds = (now - began) * (total - done) / std::max<std::int64_t>(done, 1) / second_ms;
        }
        show_progress(job, work, progress);
      },
      stop);
  if (!out) throw out.error();
  const auto stored = text::encode(*out);
  const auto key = "text/" + job.company_id.value + "/" + job.project_id.value + "/" + work.version.document_id.value +
                   "/" + std::to_string(work.version.version) + "/x" + text::extractor_version + "-" +
                   crypto::sha256_hex(stored);
  objects_.put(key, stored);
  work.version.text_object = key;
  work.version.text_sha256 = crypto::sha256_hex(out->text);
  database_.write(job.company_id, [&](db::Tenant& tenant) {
    tenant.exec(
        "UPDATE document_versions SET text_object = $5, text_sha256 = $6 "
        "WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4",
        job.project_id, work.version.document_id, work.version.version, key, *work.version.text_sha256);
  });
  return *std::move(out);
}

std::vector<std::vector<float>> Indexing::embedded(const jobs::Job& job, Work& work,
                                                   const std::vector<std::string>& texts, std::stop_token stop) {
  if (!embedder_) return {};
  const auto known =
      index_.known_vectors({job.company_id, job.project_id}, work.version.document_id, embedder_->name());
  std::vector<std::vector<float>> out(texts.size());
  std::vector<std::string> unknown;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const auto found = known.find(texts[i]); found != known.end()) {
      out[i] = found->second;
    } else {
      unknown.push_back(texts[i]);
      places.push_back(i);
    }
  }
  const auto began = clock_();
  auto shown = began;
  work.embedded = unknown.size();
  queue_.heartbeat(job, "embedding 0");
  for (std::size_t from = 0; from < unknown.size();) {
    if (stop.stop_requested()) throw ingest::Interrupted{};
    const auto count = std::min<std::size_t>(static_cast<std::size_t>(embed_batch), unknown.size() - from);
    auto vectors = embedder_->embed(std::span(unknown).subspan(from, count), models::Purpose::passage);
    for (std::size_t i = 0; i < count; ++i) out[places[from + i]] = std::move(vectors[i]);
    from += count;
    workers_.give_way(job, stop);
    const auto now = clock_();
    if (now - shown < progress_interval_ms) continue;
    shown = now;
    const auto left = static_cast<std::int64_t>(unknown.size() - from), done = static_cast<std::int64_t>(from);
    show_progress(job, work, work.embedding(from, unknown.size(), (now - began) * left / done / second_ms));
  }
  return out;
}

// A new document is found by its words while it waits to be embedded; one that answers already goes on as it is.
void Indexing::publish_words(const jobs::Job& job, const Work& work, const index::Entry& entry) {
  const index::Scope scope{job.company_id, job.project_id};
  const auto& v = work.version;
  const auto token = work.is_first ? index_.store(scope, entry) : std::string();
  database_.write(job.company_id, [&](db::Tenant& tenant) {
    queue_.next_step(tenant.directory(), job);
    tenant.exec(set_progress, job.project_id, v.document_id, v.version,
                std::optional(work.embedding(0, entry.passages.size())));
    const auto current = index_.current(tenant, job.project_id);
    if (work.is_first) {
      index_.publish(tenant, scope, current.empty() ? work.generation : current, entry, token);
    }
  });
  workers_.wake();
}

// A generation that holds every indexed document takes over from the one that answers.
void Indexing::advance_when_complete(db::Tenant& tenant, const index::Scope& scope, const std::string& generation) {
  const auto current = index_.current(tenant, scope.project);
  if (current == generation) return;
  if (tenant.scalar<std::int64_t>(missing_documents, scope.project, generation).value_or(0) > 0) return;
  index_.advance(tenant, scope, current, generation);
}

void Indexing::publish(const jobs::Job& job, const Work& work, const text::Document& text, const index::Entry& entry,
                       const std::string& token) {
  const index::Scope scope{job.company_id, job.project_id};
  const auto& v = work.version;
  // While a new generation is being made, the one that answers gets what is new by its words.
  std::optional<std::pair<index::Entry, std::string>> words;
  if (!work.answering.empty() && work.answering != work.generation && !work.is_held) {
    const index::Entry without_vectors{entry.document, entry.passages, {}};
    words = {without_vectors, index_.store(scope, without_vectors)};
  }
  std::optional<std::string> superseded;  // its words alone, or what it was indexed as before
  database_.write(job.company_id, [&](db::Tenant& tenant) {
    queue_.finish(tenant.directory(), job);
    const auto row = require(tenant, job.project_id, v.document_id);
    superseded = index_.publish(tenant, scope, work.generation, entry, token);
    tenant.exec(mark_indexed, job.project_id, v.document_id, v.version, clock_(),
                text.pages.front().number ? std::optional<std::int64_t>(static_cast<std::int64_t>(text.pages.size()))
                                          : std::nullopt,
                static_cast<std::int64_t>(entry.passages.size()),
                text.title.empty() ? std::nullopt : std::optional(text.title),
                text.language.empty() ? std::nullopt : std::optional(text.language), pages_without_text(text),
                warnings_of(text));
    if (row.pending_version && *row.pending_version == v.version) {
      tenant.exec(
          "UPDATE documents SET current_version = $4, pending_version = NULL "
          "WHERE company_id = $1 AND project_id = $2 AND document_id = $3",
          job.project_id, v.document_id, v.version);
    }
    advance_when_complete(tenant, scope, work.generation);
    if (const auto current = index_.current(tenant, job.project_id); current != work.generation) {
      if (current != work.answering) throw std::runtime_error("another generation answers by now");  // tried again
      if (words) index_.publish(tenant, scope, current, words->first, words->second);
    }
    settle_project(tenant, job.project_id);
    activity_.record(tenant, {.type = "document.indexed",
                              .actor = {},
                              .project = job.project_id,
                              .target_type = "document",
                              .target_id = v.document_id.value,
                              .summary = "Indexed " + v.filename});
  });
  if (superseded) index_.discard(*superseded);
}

// `fault`: an indexed document whose file cannot be read anew is failed by that, but not by a server that was away:
// then its project goes on with the index that it has.
void Indexing::fail(const jobs::Job& job, const Failure& failure, Fault fault) {
  const auto [document, version] = parts_of(job);
  database_.write(job.company_id, [&](db::Tenant& tenant) {
    queue_.cancel(tenant.directory(), job.kind, job.company_id, job.project_id, job.subject);
    const auto changed = tenant.exec(
        "UPDATE document_versions SET status = 'failed', error = $5, progress = NULL "
        "WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4 "
        "AND (status = 'indexing' OR (status = 'indexed' AND $6 = 1))",
        job.project_id, document, version, std::optional(failure), fault == Fault::of_the_file);
    settle_project(tenant, job.project_id);
    if (changed == 0) return;
    // It keeps no generation from taking over that can be made of the others.
    if (const auto building = tenant.scalar<std::string>(
            "SELECT building FROM index_manifests WHERE company_id = $1 AND project_id = $2 AND building IS NOT NULL",
            job.project_id)) {
      advance_when_complete(tenant, {job.company_id, job.project_id}, *building);
    }
    // What was found by its words only is found no more.
    if (tenant.scalar<std::int64_t>(first_version_unindexed, job.project_id, document, version)) {
      index_.retract(tenant, {job.company_id, job.project_id}, document);
    }
    activity_.record(tenant, {.type = "document.failed",
                              .actor = {},
                              .project = job.project_id,
                              .target_type = "document",
                              .target_id = document.value,
                              .summary = "Could not index a document: " + failure.code});
  });
  log::info("document failed", {{"document", document.value}, {"version", version}, {"code", failure.code}});
}

void Indexing::run(const jobs::Job& job, std::stop_token stop) {
  auto work = prepare(job);
  if (!work) {
    database_.write_system([&](db::System& directory) { queue_.finish(directory, job); });
    return;
  }
  try {
    auto then = clock_();
    const auto lap = [&] { return clock_() - std::exchange(then, clock_()); };
    const auto text = extracted(job, *work, stop);
    const auto reading_ms = lap();
    work->pages = static_cast<std::int64_t>(text.pages.size());
    index::Entry entry;
    entry.document = {
        .id = work->version.document_id,
        .version = work->version.version,
        .filename = work->version.filename,
        .key_name = key_name(work->version.object_key),
        .title = text.title,
        .text_sha256 = work->version.text_sha256.value_or(crypto::sha256_hex(text.text)),
        .language = work->project.indexing.language == "auto" ? text.language : work->project.indexing.language,
        .attributes = {}};
    auto prepared = index::prepare(
        entry.document, text, {work->project.indexing.chunk_tokens.value, work->project.indexing.chunk_overlap.value});
    entry.passages = std::move(prepared.passages);
    const auto cutting_ms = lap();
    if (embedder_ && job.step == 0 && entry.passages.size() > passages_embedded_at_once) {
      publish_words(job, *work, entry);
      log::info("document found by its words", {{"document", work->version.document_id.value},
                                                {"pages", text.pages.size()},
                                                {"passages", entry.passages.size()},
                                                {"readingMs", reading_ms},
                                                {"cuttingMs", cutting_ms},
                                                {"publishingMs", lap()}});
      return;
    }
    entry.vectors = embedded(job, *work, prepared.embedded, stop);
    const auto embedding_ms = lap();
    const auto token = index_.store({job.company_id, job.project_id}, entry);
    publish(job, *work, text, entry, token);
    log::info("document indexed", {{"document", work->version.document_id.value},
                                   {"pages", text.pages.size()},
                                   {"passages", entry.passages.size()},
                                   {"embedded", work->embedded},
                                   {"readingMs", reading_ms},
                                   {"cuttingMs", cutting_ms},
                                   {"embeddingMs", embedding_ms},
                                   {"publishingMs", lap()}});
  } catch (const text::ReadError& e) {
    fail(job, {e.code, e.message}, Fault::of_the_file);  // not tried again
  } catch (const ingest::Interrupted&) {
    // The server stops: the lease runs out, and whoever claims the job next goes on.
  }
}

void Indexing::give_up(const jobs::Job& job, const std::string& why) {
  log::error("a document could not be indexed", {{"job", job.job_id}, {"error", why}});
  fail(job,
       {"reader_crashed", "The document could not be indexed; upload it again or ask the operator to look at the log"},
       Fault::unknown);
}

}  // namespace oprag::documents
