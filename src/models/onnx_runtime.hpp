// ONNX Runtime, opened at run time: the program starts and searches by keyword without it.
#pragma once
#include <onnxruntime_c_api.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace oprag::models {

class OnnxRuntime {
 public:
  // Throws std::runtime_error when the library cannot be opened or is older than the interface.
  explicit OnnxRuntime(const std::filesystem::path& library);
  ~OnnxRuntime();
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

  const OrtApi& api() const noexcept { return *api_; }
  OrtEnv* environment() const noexcept { return environment_; }
  // Takes the status; throws std::runtime_error unless it is success.
  void check(OrtStatus* status) const;

 private:
  const OrtApi* api_ = nullptr;
  OrtEnv* environment_ = nullptr;
};

// A loaded encoder. run() may be called by any number of threads at once; each works on its own, and none is left
// behind.
class OnnxSession {
 public:
  OnnxSession(std::shared_ptr<const OnnxRuntime> runtime, const std::filesystem::path& model);
  ~OnnxSession();
  OnnxSession(const OnnxSession&) = delete;
  OnnxSession& operator=(const OnnxSession&) = delete;

  struct Output {
    std::vector<float> values;  // rows × width
    std::size_t rows = 0, width = 0;
  };
  // One text's tokens; a row a token, or one row from a model that pools by itself.
  Output run(std::span<const std::int64_t> tokens) const;

 private:
  std::string name_of(std::size_t index, bool input) const;

  std::shared_ptr<const OnnxRuntime> runtime_;
  OrtSession* session_ = nullptr;
  std::vector<std::string> inputs_;
  std::string output_;
};

}  // namespace oprag::models
