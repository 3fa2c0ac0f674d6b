// The parent's side: starts a reader process for one file, watches it, and believes nothing it says unchecked.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "text/document.hpp"

namespace oprag::ingest {

struct ExtractorSettings {
  std::filesystem::path program;                         // what to exec: our own binary
  std::vector<std::string> arguments{"extract-worker"};  // after argv[0]
  std::chrono::milliseconds quiet_time{15'000};          // without a finished page or section
  std::chrono::milliseconds wall_time{120'000};
};

// The server stops: neither read nor failed.
struct Interrupted {};

class Extractor {
 public:
  explicit Extractor(ExtractorSettings settings) : settings_(std::move(settings)) {}
  // Blocks. Thread safe. `on_page` runs on this thread and may throw; the child is then killed.
  std::expected<text::Document, text::ReadError> extract(const std::string& bytes, const std::string& filename,
                                                         const text::OnPage& on_page, std::stop_token stop = {}) const;

 private:
  ExtractorSettings settings_;
};

}  // namespace oprag::ingest
