#include "app/object_storage.hpp"

#include <thread>

#include "base/log.hpp"
#include "crypto/encoding.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::app {
namespace {

constexpr std::string_view path = "/_objects";
constexpr std::size_t heads_of_chunks = 64 << 20;   // bytes that aws-chunked adds to the largest object
constexpr std::int64_t least_object = 512LL << 20;  // bytes: texts and index segments grow beyond what was uploaded

blobs::DiskSettings disk_settings(const Settings& settings, const identity::KeyRing& keys) {
  blobs::DiskSettings out;
  out.root = settings.objects_dir;
  out.public_base = settings.public_url + std::string(path);
  out.scope.region = settings.region;
  out.key = {"oprag", crypto::hex_encode(keys.key_for("presigned urls"))};
  // For the operator's backups; the two files in the secrets directory are what an S3 client is configured with.
  const auto& secrets = settings.secrets_dir;
  out.operator_key = {identity::kept_secret(secrets, "objects_access_key", "OPRAG" + random_base62(15)),
                      identity::kept_secret(secrets, "objects_secret_key", random_base62(40))};
  return out;
}

std::unique_ptr<blobs::S3Store> open_bucket(const Settings& settings, const Clock& clock) {
  auto out = settings.bucket;
  out.largest = std::max(settings.upload_limit, least_object);
  auto bucket = std::make_unique<blobs::S3Store>(
      std::move(out), clock, [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); });
  try {
    bucket->check();
  } catch (const outbound::UpstreamError& refused) {
    throw std::runtime_error("the bucket " + settings.bucket.bucket + " at " + settings.bucket.endpoint +
                             " cannot be used. " + refused.what());
  }
  return bucket;
}

}  // namespace

ObjectStorage::ObjectStorage(const Settings& settings, const identity::KeyRing& keys, const Clock& clock) {
  if (settings.objects == "s3") {
    bucket_ = open_bucket(settings, clock);
    return;
  }
  disk_ = std::make_unique<blobs::DiskStore>(disk_settings(settings, keys), clock);
  requests_ = std::make_unique<blobs::S3Requests>(*disk_, std::string(path), clock);
}

blobs::ObjectStore& ObjectStorage::store() noexcept {
  if (bucket_) return *bucket_;
  return *disk_;
}

std::optional<http::Mount> ObjectStorage::mount() {
  if (!requests_) return {};
  return http::Mount{
      .name = "objects",
      .takes = [](const http::Request& request) { return (request.path + "/").starts_with(std::string(path) + "/"); },
      .answer = [this](const http::Request& request) { return requests_->answer(request); },
      .body_limit = static_cast<std::size_t>(disk_->settings().operator_limit) + heads_of_chunks,
      .streamed = true};
}

std::string ObjectStorage::foreign_origin() const {
  return bucket_ ? bucket_->public_origin() : std::string();
}

void ObjectStorage::warn_if_browsers_cannot_upload(const std::string& public_url) const {
  if (!bucket_) return;
  const auto origin = public_url.substr(0, public_url.size() - path_prefix(public_url).size());
  const auto problem = bucket_->upload_problem(origin);
  if (problem) log::warn("browsers cannot upload to the bucket", {{"bucket", bucket_->bucket()}, {"what", *problem}});
}

void ObjectStorage::sweep() {
  if (disk_) disk_->sweep();
}

std::unique_ptr<blobs::ObjectStore> open_objects(const Settings& settings) {
  if (settings.objects == "s3") return open_bucket(settings, system_now);
  blobs::DiskSettings out;
  out.root = settings.objects_dir;
  return std::make_unique<blobs::DiskStore>(std::move(out), system_now);
}

}  // namespace oprag::app
