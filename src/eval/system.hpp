// What is measured: something that takes files and answers questions, in this process or behind HTTP.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eval/sets.hpp"

namespace oprag::eval {

struct Hit {
  std::string file;
  std::optional<std::int64_t> page;
  std::int64_t start = 0, end = 0;  // of the text read from the file, in code points
  std::string text;
  double score = 0;
};

struct Reply {
  bool answered = false;
  std::string answer;
  std::vector<Hit> sources;
  double best_score = 0;  // what abstention judged
};

class System {
 public:
  virtual ~System() = default;
  // A project of its own that holds these files and nothing else.
  virtual void load(const std::vector<File>& files) = 0;
  virtual std::vector<Hit> search(const std::string& question, std::size_t top_k) = 0;
  virtual Reply ask(const std::string& question) = 0;
  // As extracted.
  virtual std::string text_of(const std::string& file) = 0;
};

}  // namespace oprag::eval
