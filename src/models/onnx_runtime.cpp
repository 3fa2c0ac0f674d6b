#include "models/onnx_runtime.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace oprag::models {
namespace {

// Owns one object of the C interface until the end of the scope.
template <class T>
class Released {
 public:
  using Release = void(ORT_API_CALL*)(T*);
  explicit Released(Release release) : release_(release) {}
  ~Released() {
    if (object_) release_(object_);
  }
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;
  T** operator&() { return &object_; }
  T* object() const { return object_; }

 private:
  Release release_;
  T* object_ = nullptr;
};

}  // namespace

OnnxRuntime::OnnxRuntime(const std::filesystem::path& library) {
  // Never closed: its static objects may outlive this one.
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw std::runtime_error("cannot open ONNX Runtime: " + std::string(dlerror()));
  using GetBase = const OrtApiBase*(ORT_API_CALL*)();
  const auto get_base = reinterpret_cast<GetBase>(dlsym(handle, "OrtGetApiBase"));
  if (!get_base) throw std::runtime_error(library.string() + " is not ONNX Runtime");
  api_ = get_base()->GetApi(ORT_API_VERSION);
  if (!api_) throw std::runtime_error("ONNX Runtime " + std::string(get_base()->GetVersionString()) + " is too old");
  check(api_->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "oprag", &environment_));
}

OnnxRuntime::~OnnxRuntime() {
  if (environment_) api_->ReleaseEnv(environment_);
}

void OnnxRuntime::check(OrtStatus* status) const {
  if (!status) return;
  const std::string message = api_->GetErrorMessage(status);
  api_->ReleaseStatus(status);
  throw std::runtime_error("ONNX Runtime: " + message);
}

OnnxSession::OnnxSession(std::shared_ptr<const OnnxRuntime> runtime, const std::filesystem::path& model)
    : runtime_(std::move(runtime)) {
  const auto& api = runtime_->api();
  Released<OrtSessionOptions> options(api.ReleaseSessionOptions);
  runtime_->check(api.CreateSessionOptions(&options));
  // One thread a run, the caller's: no pool that spins when idle, and no queue behind which a question would wait.
  runtime_->check(api.SetIntraOpNumThreads(options.object(), 1));
  runtime_->check(api.SetInterOpNumThreads(options.object(), 1));
  runtime_->check(api.DisableMemPattern(options.object()));  // patterns are kept a length; there are 256 lengths
  // The fused operator's scalar loop is eight times slower than the two that it replaces (third_party/make_model.py).
  runtime_->check(api.AddSessionConfigEntry(options.object(), "optimization.disable_specified_optimizers",
                                            "SkipLayerNormFusion;BiasSkipLayerNormFusion"));
  runtime_->check(api.CreateSession(runtime_->environment(), model.c_str(), options.object(), &session_));
  std::size_t count = 0;
  runtime_->check(api.SessionGetInputCount(session_, &count));
  for (std::size_t i = 0; i < count; ++i) inputs_.push_back(name_of(i, true));
  output_ = name_of(0, false);
}

OnnxSession::~OnnxSession() {
  if (session_) runtime_->api().ReleaseSession(session_);
}

std::string OnnxSession::name_of(std::size_t index, bool input) const {
  const auto& api = runtime_->api();
  OrtAllocator* allocator = nullptr;
  runtime_->check(api.GetAllocatorWithDefaultOptions(&allocator));
  char* name = nullptr;
  runtime_->check(input ? api.SessionGetInputName(session_, index, allocator, &name)
                        : api.SessionGetOutputName(session_, index, allocator, &name));
  std::string out(name);
  runtime_->check(api.AllocatorFree(allocator, name));
  return out;
}

OnnxSession::Output OnnxSession::run(std::span<const std::int64_t> tokens) const {
  const auto& api = runtime_->api();
  std::vector<std::int64_t> ids(tokens.begin(), tokens.end()), mask(tokens.size(), 1), types(tokens.size(), 0);
  const std::array<std::int64_t, 2> shape = {1, static_cast<std::int64_t>(tokens.size())};
  Released<OrtMemoryInfo> memory(api.ReleaseMemoryInfo);
  runtime_->check(api.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));

  std::vector<std::unique_ptr<Released<OrtValue>>> owners;
  std::vector<const OrtValue*> values;
  std::vector<const char*> names;
  for (const auto& input : inputs_) {
    auto& data = input == "input_ids" ? ids : input == "attention_mask" ? mask : types;
    auto& value = *owners.emplace_back(std::make_unique<Released<OrtValue>>(api.ReleaseValue));
    runtime_->check(api.CreateTensorWithDataAsOrtValue(memory.object(), data.data(), data.size() * sizeof data[0],
                                                       shape.data(), shape.size(), ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64,
                                                       &value));
    values.push_back(value.object());
    names.push_back(input.c_str());
  }
  Released<OrtValue> result(api.ReleaseValue);
  const char* output = output_.c_str();
  runtime_->check(api.Run(session_, nullptr, names.data(), values.data(), values.size(), &output, 1, &result));

  Released<OrtTensorTypeAndShapeInfo> info(api.ReleaseTensorTypeAndShapeInfo);
  runtime_->check(api.GetTensorTypeAndShape(result.object(), &info));
  std::size_t rank = 0;
  runtime_->check(api.GetDimensionsCount(info.object(), &rank));
  std::vector<std::int64_t> dimensions(rank);
  runtime_->check(api.GetDimensions(info.object(), dimensions.data(), rank));
  if (rank < 2 || rank > 3 || dimensions.front() != 1)
    throw std::runtime_error("the model's first output is no embedding");
  Output out{.values = {},
             .rows = rank == 3 ? static_cast<std::size_t>(dimensions[1]) : 1,
             .width = static_cast<std::size_t>(dimensions.back())};
  float* data = nullptr;
  runtime_->check(api.GetTensorMutableData(result.object(), reinterpret_cast<void**>(&data)));
  out.values.assign(data, data + out.rows * out.width);
  return out;
}

}  // namespace oprag::models
