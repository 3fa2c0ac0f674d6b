// What happens to a confirmed file: queued, read in the confined process, cut, embedded, published. Each document
// version of each generation is one job; the transaction that says "indexed" is the one that makes it visible.
#pragma once
#include <optional>
#include <vector>

#include "blobs/object_store.hpp"
#include "features/common/activity.hpp"
#include "features/documents/records.hpp"
#include "features/projects/projects.hpp"
#include "index/passage_index.hpp"
#include "ingest/extractor.hpp"
#include "jobs/worker.hpp"
#include "models/embedder.hpp"

namespace oprag::documents {

class Indexing {
 public:
  static constexpr std::string_view job_kind = "index";

  // `embedder` may be null: passages are then found by their words only.
  Indexing(db::Database& database, blobs::ObjectStore& objects, index::PassageIndex& index, jobs::Queue& queue,
           jobs::Workers& workers, const ingest::Extractor& extractor, models::Embedder* embedder, ActivityLog activity,
           Clock clock);

  // Queues the chosen documents (all of the project's without names): uploaded and failed ones, and indexed ones that
  // are named. Returns how many of the chosen are now uploaded, indexing or indexed. Throws not_found for a name that
  // is unknown.
  std::int64_t start(db::Tenant& tenant, const ProjectId& project, const std::optional<std::vector<DocumentId>>& named);
  // Whether any document of the project is still being indexed.
  bool busy(db::Tenant& tenant, const ProjectId& project) const;
  // Out of every answer, and its job off the queue.
  void retract(db::Tenant& tenant, const ProjectId& project, const DocumentId& document);
  // Drops the work on a version that another upload replaces.
  void forget(db::Tenant& tenant, const ProjectId& project, const DocumentId& document, std::int64_t version);
  // The project's `indexing` settings changed: all of it is indexed anew beside the generation that answers.
  void rebuild(db::Tenant& tenant, const projects::Project& project);
  // The same for every project whose index was made by another reader, tokenizer or model than this program has: after
  // an upgrade, or when the operator's settings changed. Goes on where an earlier start did not get to the end.
  void renew();

  // For the workers.
  void run(const jobs::Job& job, std::stop_token stop);
  void give_up(const jobs::Job& job, const std::string& why);

 private:
  struct Work;
  std::optional<Work> prepare(const jobs::Job& job);
  text::Document extracted(const jobs::Job& job, Work& work, std::stop_token stop);
  std::vector<std::vector<float>> embedded(const jobs::Job& job, Work& work, const std::vector<std::string>& texts,
                                           std::stop_token stop);
  void publish_words(const jobs::Job& job, const Work& work, const index::Entry& entry);
  void advance_when_complete(db::Tenant& tenant, const index::Scope& scope, const std::string& generation);
  void publish(const jobs::Job& job, const Work& work, const text::Document& text, const index::Entry& entry,
               const std::string& token);
  enum class Fault { of_the_file, unknown };
  void fail(const jobs::Job& job, const Failure& failure, Fault fault);
  void show_progress(const jobs::Job& job, const Work& work, const Progress& progress);
  void settle_project(db::Tenant& tenant, const ProjectId& project);
  index::Generation wanted(const projects::Project& project) const;
  void enqueue(db::Tenant& tenant, const ProjectId& project, const DocumentId& document, std::int64_t version,
               std::int64_t size);

  db::Database& database_;
  blobs::ObjectStore& objects_;
  index::PassageIndex& index_;
  jobs::Queue& queue_;
  jobs::Workers& workers_;
  const ingest::Extractor& extractor_;
  models::Embedder* embedder_;
  ActivityLog activity_;
  Clock clock_;
};

}  // namespace oprag::documents
