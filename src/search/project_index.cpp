#include "search/project_index.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace oprag::search {
namespace {

// Of two versions of one document only the newest of one change counts.
void keep_last_version(std::vector<std::shared_ptr<const Segment>>& segments) {
  std::unordered_map<DocumentId, std::int64_t> newest;
  for (const auto& s : segments) {
    auto& version = newest.try_emplace(s->document.id, s->document.version).first->second;
    version = std::max(version, s->document.version);
  }
  std::unordered_set<DocumentId> seen;
  std::erase_if(segments, [&](const auto& s) {
    return s->document.version != newest.at(s->document.id) || !seen.insert(s->document.id).second;
  });
}

bool comes_before(const Segment& a, const Segment& b) {
  const auto order = [](const Document& d) { return std::tie(d.text_sha256, d.filename, d.id.value); };
  return order(a.document) < order(b.document);
}

}  // namespace

std::shared_ptr<const Snapshot> Snapshot::with(std::vector<std::shared_ptr<const Segment>> added,
                                               std::span<const DocumentId> removed) const {
  keep_last_version(added);
  std::vector<DocumentId> gone(removed.begin(), removed.end());
  for (const auto& segment : added) gone.push_back(segment->document.id);
  auto next = std::make_shared<Snapshot>();
  next->keep_live_parts(*this, gone);
  const auto vectors = std::ranges::find_if(added, [](const auto& segment) { return segment->dimension > 0; });
  next->dimension_ = dimension_ > 0 || vectors == added.end() ? dimension_ : (*vectors)->dimension;
  if (next->dimension_ != dimension_) next->make_vector_tables();
  if (auto part = part_of(std::move(added), next->dimension_); part.live_rows > 0)
    next->parts_.push_back(std::move(part));
  next->compact();
  next->number_documents();
  return next;
}

void Snapshot::keep_live_parts(const Snapshot& previous, std::span<const DocumentId> removed) {
  const std::unordered_set<DocumentId> gone(removed.begin(), removed.end());
  for (auto part : previous.parts_) {
    std::shared_ptr<std::vector<bool>> live;
    for (std::size_t s = 0; s < part.run->segments().size(); ++s) {
      const auto& segment = *part.run->segments()[s];
      const auto first = part.run->first_row(s);
      if (segment.passages.empty() || !part.is_live(first) || !gone.contains(segment.document.id)) continue;
      if (!live)
        live = part.live ? std::make_shared<std::vector<bool>>(*part.live)
                         : std::make_shared<std::vector<bool>>(part.run->rows(), true);
      std::fill_n(live->begin() + first, segment.passages.size(), false);
      part.live_rows -= segment.passages.size();
    }
    if (live) part.live = std::move(live);
    if (part.live_rows > 0) parts_.push_back(std::move(part));
  }
}

// Of parts from before the dimension was known.
void Snapshot::make_vector_tables() {
  for (auto& part : parts_) {
    std::vector<std::shared_ptr<const Segment>> segments;
    append_live(part, segments);
    part = part_of(std::move(segments), dimension_);
  }
}

// Keeps every part at least twice as large as all smaller ones together, so that there are few, and none mostly dead.
void Snapshot::compact() {
  std::ranges::stable_sort(parts_, std::ranges::greater{}, &Part::live_rows);
  std::size_t smaller = 0, first = parts_.size();
  for (auto i = parts_.size(); i-- > 0; smaller += parts_[i].live_rows) {
    if (parts_[i].live_rows < 2 * smaller) first = i;
  }
  if (first < parts_.size()) {
    std::vector<std::shared_ptr<const Segment>> segments;
    for (auto i = first; i < parts_.size(); ++i) append_live(parts_[i], segments);
    parts_.resize(first);
    parts_.push_back(part_of(std::move(segments), dimension_));
  }
  for (auto& part : parts_) {
    if (2 * part.live_rows >= part.run->rows()) continue;
    std::vector<std::shared_ptr<const Segment>> segments;
    append_live(part, segments);
    part = part_of(std::move(segments), dimension_);
  }
}

// What follows from the parts: documents in their order, references, and the sums that BM25F needs.
void Snapshot::number_documents() {
  std::set<std::string> languages;
  PassageRef next = 0;
  for (auto& part : parts_) {
    part.first = next;
    next += static_cast<PassageRef>(part.run->rows());
    passages_ += part.live_rows;
    const auto sorted = documents_.size();
    for (std::size_t s = 0; s < part.run->segments().size(); ++s) {
      const auto& segment = part.run->segments()[s];
      const auto first = part.run->first_row(s);
      if (!part.is_live(first)) continue;
      documents_.push_back({segment.get(), part.first + first});
      if (!part.live) continue;
      languages.insert(segment->document.language);
      for (std::uint32_t i = 0; i < segment->passages.size(); ++i) lengths_ += part.run->lengths(first + i);
    }
    if (!part.live) {
      lengths_ += part.run->total_lengths();
      languages.insert(part.run->languages().begin(), part.run->languages().end());
    }
    // The segments of a run are in order already.
    std::inplace_merge(documents_.begin(), documents_.begin() + static_cast<std::ptrdiff_t>(sorted), documents_.end(),
                       [](const auto& a, const auto& b) { return comes_before(*a.segment, *b.segment); });
    part.documents.assign(part.run->segments().size(), 0);
  }
  languages_.assign(languages.begin(), languages.end());
  for (std::size_t d = 0; d < documents_.size(); ++d) {
    auto& part = parts_[part_index(documents_[d].first)];
    part.documents[part.run->segment_of(documents_[d].first - part.first)] = static_cast<std::uint32_t>(d);
  }
}

Snapshot::Part Snapshot::part_of(std::vector<std::shared_ptr<const Segment>> segments, std::size_t dimension) {
  // A document without passages has nothing to find.
  std::erase_if(segments, [](const auto& segment) { return segment->passages.empty(); });
  std::ranges::sort(segments, [](const auto& a, const auto& b) { return comes_before(*a, *b); });
  Part out;
  out.run = std::make_shared<const Run>(std::move(segments), dimension);
  out.live_rows = out.run->rows();
  return out;
}

void Snapshot::append_live(const Part& part, std::vector<std::shared_ptr<const Segment>>& out) {
  for (std::size_t s = 0; s < part.run->segments().size(); ++s) {
    if (part.is_live(part.run->first_row(s))) out.push_back(part.run->segments()[s]);
  }
}

std::size_t Snapshot::part_index(PassageRef ref) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(parts_, ref, {}, &Part::first) - parts_.begin()) - 1;
}

const Catalogue& Snapshot::catalogue() const {
  std::call_once(catalogued_, [&] {
    std::vector<const Segment*> segments;
    for (const auto& document : documents_) segments.push_back(document.segment);
    catalogue_ = Catalogue(segments);
  });
  return catalogue_;
}

const Passage& Snapshot::passage(PassageRef ref) const {
  const auto& part = parts_[part_index(ref)];
  return part.run->passage(ref - part.first);
}

std::size_t Snapshot::document_of(PassageRef ref) const {
  const auto& part = parts_[part_index(ref)];
  return part.documents[part.run->segment_of(ref - part.first)];
}

std::shared_ptr<const Snapshot> ProjectIndex::snapshot() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

void ProjectIndex::add(std::shared_ptr<const Segment> segment) {
  update({std::move(segment)}, {});
}

void ProjectIndex::remove(const DocumentId& document) {
  update({}, std::span(&document, 1));
}

void ProjectIndex::update(std::vector<std::shared_ptr<const Segment>> added, std::span<const DocumentId> removed) {
  const std::lock_guard writing(writer_mutex_);
  auto next = snapshot()->with(std::move(added), removed);
  const std::lock_guard lock(current_mutex_);
  current_.swap(next);  // the old state is let go after the lock
}

}  // namespace oprag::search
