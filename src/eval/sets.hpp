// Question sets as they lie on disk, in one shape.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace oprag::eval {

struct File {
  std::string name, bytes;
};

// Where the truth stands. A stretch counts code points of the file as it is, not of the text read from it.
struct Gold {
  std::string file;
  std::optional<std::int64_t> page;
  std::optional<std::pair<std::int64_t, std::int64_t>> stretch;
};

struct Question {
  std::string id, text;
  std::vector<Gold> gold;            // nothing: the files do not answer it
  std::vector<std::string> answers;  // wordings that count as right
};

struct Set {
  std::string name;
  std::vector<File> files;
  std::vector<Question> questions;
};

// pdfs/ and questions.jsonl {id, question, document, evidence[{document, page}]}.
Set read_pages(const std::filesystem::path& directory);
// BEIR: corpus.jsonl {id, title, text}, queries.jsonl {id, text}, qrels.tsv. One .txt a document, title first.
Set read_documents(const std::filesystem::path& directory);
// SQuAD's JSON: a .txt per paragraph under a name that says nothing; questions without an answer are left out.
Set read_paragraphs(const std::filesystem::path& file, const std::string& name);
// Corpora as .txt, questions.csv {question, references[{start_index, end_index}], corpus_id}.
Set read_stretches(const std::filesystem::path& directory);

// SQuAD 2: a set per article, one file each; unanswerable questions have no gold.
std::vector<Set> read_articles(const std::filesystem::path& file);

// Throws std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace oprag::eval
