// `oprag eval`: question sets through the public path of a server that is there, or of one made for it.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace oprag::app {

struct EvalRequest {
  std::vector<std::string> sets;  // "pages=DIRECTORY" …, "tests=PROJECT_ID"
  std::string server;             // URL; empty: a server of its own, thrown away afterwards
  std::string email, password;    // whose account asks; for a server that is there
  std::filesystem::path json;     // where the figures go too; empty: nowhere
  std::size_t most = 0;           // questions of a set; 0: all
};

// Prints a table. Throws std::invalid_argument for what was asked wrongly.
int evaluate(const Settings& settings, const EvalRequest& request);
// "pages: a directory with …" a line, for --help.
std::string eval_kinds();

}  // namespace oprag::app
