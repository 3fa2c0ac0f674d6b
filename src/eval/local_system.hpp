// The library itself, without a server: what was read and embedded once is kept on disk.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <unordered_map>

#include "answer/engine.hpp"
#include "eval/system.hpp"
#include "models/embedder.hpp"
#include "search/project_index.hpp"
#include "text/passages.hpp"

namespace oprag::eval {

// Vectors by what was embedded, in a file per embedder.
class VectorCache {
 public:
  VectorCache(std::filesystem::path file, models::Embedder& embedder);
  std::vector<std::vector<float>> embed(const std::vector<std::string>& texts, models::Purpose purpose);
  std::string language() const { return embedder_.language(); }

 private:
  std::filesystem::path file_;
  models::Embedder& embedder_;
  std::unordered_map<std::string, std::vector<float>> known_;
};

struct LocalOptions {
  std::filesystem::path cache;
  text::ChunkOptions chunks;
  answer::Options answer;
  bool context = true;         // titles and headings beside a passage's words
  bool floats = false;         // vectors as the embedder makes them, not int8
  bool neutral_names = false;  // file names that say nothing
};

class LocalSystem final : public System {
 public:
  LocalSystem(LocalOptions options, VectorCache* vectors);  // no vectors: by keyword alone
  void load(const std::vector<File>& files) override;
  std::vector<Hit> search(const std::string& question, std::size_t top_k) override;
  Reply ask(const std::string& question) override;
  std::string text_of(const std::string& file) override { return texts_.at(file); }

  answer::Options& options() { return options_.answer; }
  // Whether search() is plain_fusion, and nothing of answer/.
  void set_plain(bool plain) { plain_ = plain; }
  const index::View& view() const { return *view_; }

 private:
  text::Document read(const File& file) const;
  std::vector<float> embed(const std::string& question) const;
  std::vector<Hit> search_plainly(const std::string& question, std::size_t top_k) const;
  Hit hit_of(const answer::Source& source) const;

  LocalOptions options_;
  VectorCache* vectors_;
  bool plain_ = false;
  answer::Engine engine_;
  std::shared_ptr<const index::View> view_;
  std::map<std::string, std::string> texts_;       // by file
  std::map<std::string, std::string> real_names_;  // by document id
};

}  // namespace oprag::eval
