#include "eval/local_system.hpp"

#include <fstream>

#include "crypto/hash.hpp"
#include "eval/ablations.hpp"
#include "index/prepare.hpp"
#include "index/snapshot_view.hpp"

namespace oprag::eval {
namespace {

constexpr std::size_t hash_size = 32;
constexpr std::size_t batch = 64;

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

VectorCache::VectorCache(std::filesystem::path file, models::Embedder& embedder)
    : file_(std::move(file)), embedder_(embedder) {
  std::filesystem::create_directories(file_.parent_path());
  std::ifstream in(file_, std::ios::binary);
  std::string hash(hash_size, '\0');
  std::vector<float> vector(embedder_.dimension());
  while (in.read(hash.data(), hash_size) &&
         in.read(reinterpret_cast<char*>(vector.data()), static_cast<std::streamsize>(vector.size() * sizeof(float)))) {
    known_[hash] = vector;
  }
}

std::vector<std::vector<float>> VectorCache::embed(const std::vector<std::string>& texts, models::Purpose purpose) {
  std::vector<std::string> hashes, missing, missing_hashes;
  for (const auto& text : texts) {
    hashes.push_back(crypto::sha256(text));
    if (known_.contains(hashes.back())) continue;
    missing.push_back(text);
    missing_hashes.push_back(hashes.back());
  }
  std::ofstream out(file_, std::ios::binary | std::ios::app);
  for (std::size_t from = 0; from < missing.size(); from += batch) {
    const auto count = std::min(batch, missing.size() - from);
    const auto vectors = embedder_.embed(std::span(missing).subspan(from, count), purpose);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& vector = known_[missing_hashes[from + i]] = vectors[i];
      out.write(missing_hashes[from + i].data(), hash_size);
      out.write(reinterpret_cast<const char*>(vector.data()),
                static_cast<std::streamsize>(vector.size() * sizeof(float)));
    }
  }
  std::vector<std::vector<float>> result;
  for (const auto& hash : hashes) result.push_back(known_.at(hash));
  return result;
}

LocalSystem::LocalSystem(LocalOptions options, VectorCache* vectors)
    : options_(std::move(options)),
      vectors_(vectors),
      engine_([this](const std::string& question) { return embed(question); }, nullptr, answer::OnModelFailure::fail,
              vectors ? vectors->language() : std::string()) {}

std::vector<float> LocalSystem::embed(const std::string& question) const {
  return vectors_ ? vectors_->embed({question}, models::Purpose::query).front() : std::vector<float>();
}

text::Document LocalSystem::read(const File& file) const {
  const auto path = options_.cache / "text" / (crypto::sha256_hex(file.bytes) + "-x" + text::extractor_version);
  if (std::filesystem::exists(path)) {
    if (auto kept = text::decode(read_file(path))) return *std::move(kept);
  }
  auto out = text::read(file.bytes, file.name, {});
  if (!out) throw std::runtime_error(file.name + ": " + out.error().message);
  if (file.bytes.size() > 100'000) write_file(path, text::encode(*out));
  return *std::move(out);
}

void LocalSystem::load(const std::vector<File>& files) {
  texts_.clear();
  real_names_.clear();
  std::vector<index::Entry> entries;
  std::vector<std::string> embedded;
  for (const auto& file : files) {
    auto document = read(file);
    if (!options_.context) {
      document.title.clear();
      for (auto& page : document.pages) {
        for (auto& block : page.blocks)
          block.kind = block.kind == text::BlockKind::heading ? text::BlockKind::paragraph : block.kind;
      }
    }
    index::Entry entry;
    entry.document = {.id = {"doc_" + file.name},
                      .filename = file.name,
                      .key_name = file.name,
                      .title = document.title,
                      .text_sha256 = crypto::sha256_hex(document.text),
                      .language = document.language,
                      .attributes = {}};
    if (options_.neutral_names) entry.document.filename = crypto::sha256_hex(file.name).substr(0, 8) + ".pdf";
    real_names_[entry.document.id.value] = file.name;
    auto prepared = index::prepare(entry.document, document, options_.chunks);
    entry.passages = std::move(prepared.passages);
    embedded.insert(embedded.end(), prepared.embedded.begin(), prepared.embedded.end());
    entries.push_back(std::move(entry));
    texts_[file.name] = std::move(document.text);
  }
  std::vector<std::vector<float>> vectors;
  if (vectors_) vectors = vectors_->embed(embedded, models::Purpose::passage);
  std::vector<std::shared_ptr<const search::Segment>> segments;
  auto at = vectors.begin();
  FloatVectors floats;
  for (auto& entry : entries) {
    if (vectors_) {
      const auto count = static_cast<std::ptrdiff_t>(entry.passages.size());
      entry.vectors.assign(std::make_move_iterator(at), std::make_move_iterator(at + count));
      at += count;
      if (options_.floats) floats[entry.document.id] = entry.vectors;
    }
    segments.push_back(std::make_shared<const search::Segment>(
        search::make_segment(std::move(entry.document), std::move(entry.passages), entry.vectors)));
  }
  search::ProjectIndex index;
  index.update(std::move(segments), {});
  view_ = index::view_of(index.snapshot(), vectors_ != nullptr);
  if (options_.floats) view_ = with_floats(view_, std::move(floats));
}

Hit LocalSystem::hit_of(const answer::Source& source) const {
  return {.file = real_names_.at(source.document_id.value),
          .page = source.page_number.value,
          .start = source.start,
          .end = source.end,
          .text = source.excerpt,
          .score = source.score};
}

std::vector<Hit> LocalSystem::search_plainly(const std::string& question, std::size_t top_k) const {
  std::vector<Hit> out;
  for (const auto& [ref, score] : plain_fusion(*view_, question, embed(question), top_k)) {
    const auto& passage = view_->passage(ref);
    out.push_back({.file = real_names_.at(view_->document(view_->document_of(ref)).id.value),
                   .page = passage.page,
                   .start = passage.start,
                   .end = passage.end,
                   .text = passage.text,
                   .score = score});
  }
  return out;
}

std::vector<Hit> LocalSystem::search(const std::string& question, std::size_t top_k) {
  if (plain_) return search_plainly(question, top_k);
  auto options = options_.answer;
  options.top_k = top_k;
  std::vector<Hit> out;
  for (const auto& result : engine_.search(*view_, question, options)) {
    auto hit = hit_of(result);
    hit.start = result.text_start;
    hit.end = result.text_end;
    hit.text = result.text;
    out.push_back(std::move(hit));
  }
  return out;
}

Reply LocalSystem::ask(const std::string& question) {
  const auto result = engine_.answer(*view_, question, {}, options_.answer);
  Reply out{
      .answered = result.answered, .answer = result.answer, .sources = {}, .best_score = result.explanation.best_score};
  for (const auto& source : result.sources) out.sources.push_back(hit_of(source));
  return out;
}

}  // namespace oprag::eval
