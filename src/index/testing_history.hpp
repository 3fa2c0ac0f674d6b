// For tests: a project whose documents come, change and go in an order drawn from a seed, and the same documents
// indexed afresh.
#pragma once
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>

#include "blobs/disk_store.hpp"
#include "blobs/testing.hpp"
#include "crypto/hash.hpp"
#include "db/testing.hpp"
#include "index/embedded_index.hpp"
#include "index/prepare.hpp"
#include "search/terms.hpp"
#include "text/document.hpp"

namespace oprag::index::testing {

// How many histories a test goes through: OPRAG_SEQUENCES, else a sample.
inline unsigned sequences() {
  const char* asked = std::getenv("OPRAG_SEQUENCES");
  return asked ? static_cast<unsigned>(std::stoul(asked)) : 60;
}

// Every word turns the vector its own way: texts with the same words lie together.
inline std::vector<float> embedding(std::string_view text) {
  constexpr std::size_t dimension = 16;
  std::vector<float> out(dimension);
  for (const auto& term : search::terms_of(text, "en")) {
    const auto hash = crypto::sha256(term.text);
    for (std::size_t i = 0; i < dimension; ++i) out[i] += static_cast<float>(static_cast<signed char>(hash[i]));
  }
  float squares = 0;
  for (const auto value : out) squares += value * value;
  for (auto& value : out) value = squares > 0 ? value / std::sqrt(squares) : 1 / std::sqrt(float{dimension});
  return out;
}

struct File {
  std::string name, text;
  auto operator<=>(const File&) const = default;
};

// Few words, so that scores tie; few names and texts, so that documents do.
class Writer {
 public:
  explicit Writer(std::mt19937_64& random) : random_(random) {}

  File file() {
    static constexpr std::array names = {"notes.txt",
                                         "notes.log",
                                         "Corning_2021_10K.pdf",
                                         "Corning_2022_10K.pdf",
                                         "Acme_2022.md",
                                         "Lakeside handbook.txt"};
    File out{.name = names[below(names.size())], .text = {}};
    if (below(12) == 0) return out;  // nothing in it
    if (below(3) == 0) {
      std::mt19937_64 same(below(3));
      out = {names[below(2)], Writer(same).text()};  // two names of the same words
    } else {
      out.text = text();
    }
    return out;
  }

  std::string question() {
    static constexpr std::array forms = {"What is the ",   "How many ",        "\"lithium battery\" ",
                                         "Corning 2021: ", "in 2022 of Acme ", ""};
    return forms[below(forms.size())] + words(1 + below(4));
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  std::string text() {
    std::string out;
    for (auto paragraphs = 1 + below(5); paragraphs > 0; --paragraphs) {
      if (below(2) == 0) out += "# " + words(2) + "\n\n";
      for (auto sentences = 1 + below(12); sentences > 0; --sentences) out += "The " + words(3 + below(12)) + ". ";
      out += "\n\n";
    }
    return out;
  }

  std::string words(std::size_t count) {
    static constexpr std::array common = {"lithium", "battery", "report", "sales", "water",  "house",  "annual",
                                          "growth",  "workers", "price",  "2021",  "2022",   "1,577",  "lake",
                                          "cobalt",  "revenue", "harbor", "tax",   "energy", "Corning"};
    std::string out;
    for (; count > 0; --count) {
      const auto one = std::min(below(common.size()), below(common.size()));
      out.append(out.empty() ? "" : " ").append(common[one]);
    }
    return out;
  }

  std::mt19937_64& random_;
};

// The store of one or more nodes.
struct World {
  static constexpr const char* embedder = "words-16";
  static constexpr const char* generation = "extractor=t;tokens=40;embedder=words-16;language=auto";

  explicit World(const std::string& engine) : database(engine) {
    database->write_system([&](db::System& s) {
      s.exec("INSERT INTO companies (company_id, name, plan, created_at, updated_at) VALUES ($1, '', '', 0, 0)",
             company);
    });
    restart();
  }

  Scope project(const RandomText& random) {
    const auto id = new_id<ProjectTag>(random);
    database->write(company, [&](db::Tenant& t) {
      t.exec(
          "INSERT INTO projects (company_id, project_id, name, description, status, allowed_origins, system_prompt, "
          "question_max_length, retrieval, indexing, widget, created_at, updated_at) "
          "VALUES ($1, $2, '', '', '', '', '', 0, '', '', '', 0, 0)",
          id);
    });
    return {company, id};
  }

  // What was in memory is gone.
  void restart() {
    nodes.clear();
    database.reopen();
    for (int i = 0; i < 2; ++i)
      nodes.push_back(std::make_unique<EmbeddedIndex>(*database, objects, EmbeddedSettings{.embedder = embedder}));
  }

  // What is called a PDF has pages, of two passages each.
  void put(const Scope& scope, const DocumentId& id, std::int64_t version, const File& file, std::size_t node = 0) {
    const auto read = text::read(file.text, file.name.ends_with(".md") ? "text.md" : "text.txt", {});
    Entry entry;
    entry.document = {.id = id,
                      .version = version,
                      .filename = file.name,
                      .key_name = file.name,
                      .title = read ? read->title : std::string(),
                      .text_sha256 = crypto::sha256_hex(read ? read->text : std::string()),
                      .language = "en",
                      .attributes = {}};
    if (read) {
      auto prepared = prepare(entry.document, *read, {.tokens = 40, .overlap = 0});
      entry.passages = std::move(prepared.passages);
      for (const auto& text : prepared.embedded) entry.vectors.push_back(embedding(text));
      for (auto& passage : entry.passages)
        if (file.name.ends_with(".pdf")) passage.page = 1 + passage.ordinal / 2;
    }
    const auto token = nodes[node]->store(scope, entry);
    database->write(scope.company, [&](db::Tenant& t) { nodes[node]->publish(t, scope, generation, entry, token); });
  }

  void remove(const Scope& scope, const DocumentId& id, std::size_t node = 0) {
    database->write(scope.company, [&](db::Tenant& t) { nodes[node]->retract(t, scope, id); });
  }

  CompanyId company{"co_world"};
  db::testing::Store database;
  blobs::TemporaryDirectory directory;
  blobs::DiskStore objects{{.root = directory.path}, system_now};
  std::vector<std::unique_ptr<EmbeddedIndex>> nodes;
};

// Uploads, replacements and deletions by either of two nodes; now and then one of them looks.
class History {
 public:
  History(World& world, std::uint64_t seed) : world_(world), random_(seed) {
    for (auto& id : ids_) id = new_id<DocumentTag>(letters_);
  }

  void go_on(int steps) {
    for (; steps > 0; --steps) {
      const auto node = writer_.below(2);
      const auto& id = ids_[writer_.below(ids_.size())];
      if (writer_.below(3) == 0) {
        world_.remove(scope_, id, node);
        live_.erase(id);
      } else {
        const auto file = writer_.file();
        world_.put(scope_, id, ++versions_[id], file, node);
        live_.insert_or_assign(id, file);
      }
      if (writer_.below(3) > 0) view(writer_.below(2));
    }
  }

  std::shared_ptr<const View> view(std::size_t node = 0) const { return world_.nodes[node]->open(scope_); }

  // The documents as they are now, in a project of their own, in whatever order.
  std::shared_ptr<const View> rebuilt() {
    const auto scope = world_.project(letters_);
    std::vector<File> files;
    for (const auto& [id, file] : live_) files.push_back(file);
    std::ranges::shuffle(files, random_);
    for (const auto& file : files) world_.put(scope, new_id<DocumentTag>(letters_), 1, file);
    return world_.nodes[0]->open(scope);
  }

  Writer& writer() { return writer_; }

 private:
  World& world_;
  std::mt19937_64 random_;
  RandomText letters_ = [this](std::size_t length) {
    std::string out;
    for (; length > 0; --length) out += static_cast<char>('a' + random_() % 26);
    return out;
  };
  Writer writer_{random_};
  Scope scope_ = world_.project(letters_);
  std::array<DocumentId, 10> ids_;
  std::map<DocumentId, File> live_;
  std::map<DocumentId, std::int64_t> versions_;
};

}  // namespace oprag::index::testing
