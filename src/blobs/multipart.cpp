#include "blobs/multipart.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "blobs/checksums.hpp"
#include "blobs/s3_answers.hpp"
#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t smallest_part = 5 << 20;  // bytes, of all but the last
constexpr std::size_t piece = 1 << 20;

S3Error no_such_upload() {
  return {404, "NoSuchUpload", "The specified multipart upload does not exist"};
}

std::string checksum_in(const ObjectNotes& notes, const std::string& name) {
  for (const auto& [known, value] : notes.checksums) {
    if (known == name) return value;
  }
  return {};
}

// The named parts among those that came, in their order.
std::vector<ObjectFile> chosen(const MultipartUpload& upload, const std::vector<PartInfo>& came,
                               const std::vector<NamedPart>& named) {
  std::vector<ObjectFile> out;
  int before = 0;
  for (const auto& part : named) {
    if (part.number <= before) throw S3Error(400, "InvalidPartOrder", "Parts must be named in ascending order");
    before = part.number;
    const auto found = std::ranges::find(came, part.number, &PartInfo::number);
    const bool same = found != came.end() && found->file.info().etag == part.etag &&
                      (part.checksum.empty() || upload.checksum.empty() ||
                       checksum_in(found->file.notes(), upload.checksum) == part.checksum);
    if (!same) throw S3Error(400, "InvalidPart", "Part " + std::to_string(part.number) + " did not come or differs");
    out.push_back(found->file);
  }
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i].info().size < smallest_part)
      throw S3Error(400, "EntityTooSmall", "All parts but the last must have 5 MiB");
  }
  return out;
}

}  // namespace

fs::path MultipartUploads::directory(const std::string& id) const {
  const bool plain = id.size() == 32 && std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
  if (!plain) throw no_such_upload();
  return store_.settings().root / "multipart" / id;
}

fs::path MultipartUploads::part_path(const std::string& id, int number) const {
  return directory(id) / ("part-" + std::to_string(number));
}

std::string MultipartUploads::begin(const std::string& key, const ObjectNotes& notes, const std::string& checksum,
                                    const std::string& checksum_type) {
  store_.file_of(key);
  const auto id = random_base62(32);
  fs::create_directory(directory(id));
  ObjectWriter writer(store_.temporary());
  writer.write(boost::json::serialize(
      boost::json::object{{"key", key}, {"checksum", checksum}, {"checksumType", checksum_type}}));
  writer.complete(notes, store_.now());
  writer.move_to(directory(id) / "upload", false);
  sync_directory(directory(id).parent_path());
  return id;
}

MultipartUpload MultipartUploads::require(const std::string& id, const std::string& key) const {
  const auto file = ObjectFile::open(directory(id) / "upload");
  if (!file) throw no_such_upload();
  const auto known = boost::json::parse(file->bytes());
  MultipartUpload out{.id = id,
                      .key = std::string(known.at("key").as_string()),
                      .notes = file->notes(),
                      .checksum = std::string(known.at("checksum").as_string()),
                      .checksum_type = std::string(known.at("checksumType").as_string()),
                      .started = file->info().modified};
  if (!key.empty() && out.key != key) throw no_such_upload();
  return out;
}

std::vector<PartInfo> MultipartUploads::parts(const std::string& id) const {
  std::vector<PartInfo> out;
  for (const auto& entry : fs::directory_iterator(directory(id))) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("part-")) continue;
    if (auto file = ObjectFile::open(entry.path())) out.push_back({std::stoi(name.substr(5)), std::move(*file)});
  }
  std::ranges::sort(out, {}, &PartInfo::number);
  return out;
}

std::pair<ObjectInfo, ObjectNotes> MultipartUploads::complete(const MultipartUpload& upload,
                                                              const std::vector<NamedPart>& named,
                                                              const DiskStore::Admit& admit,
                                                              const std::string& claimed) {
  const auto files = chosen(upload, parts(upload.id), named);
  const bool composite = upload.checksum_type == "COMPOSITE";
  const auto whole = Checksum::of(upload.checksum);
  DiskStore::Upload object(store_, upload.key);
  std::string digests, buffer;
  for (const auto& file : files) {
    digests += crypto::hex_decode(file.info().etag).value_or("");
    if (whole && composite)
      whole->update(crypto::base64_decode(checksum_in(file.notes(), upload.checksum)).value_or(""));
    for (std::int64_t at = 0; at < file.info().size; at += static_cast<std::int64_t>(buffer.size())) {
      buffer.resize(std::min(piece, static_cast<std::size_t>(file.info().size - at)));
      file.read(at, buffer);
      object.write(buffer);
      if (whole && !composite) whole->update(buffer);
    }
  }
  const auto count = "-" + std::to_string(files.size());
  auto notes = upload.notes;
  if (whole) {
    notes.checksums = {{upload.checksum, crypto::base64_encode(whole->finish()) + (composite ? count : "")}};
    notes.checksum_type = upload.checksum_type;
    if (!claimed.empty() && claimed != notes.checksums.front().second)
      throw S3Error(400, "BadDigest", "The object has not the checksum that was sent");
  }
  const auto info = object.finish(notes, admit, crypto::hex_encode(crypto::md5(digests)) + count);
  abort(upload.id, upload.key);
  return {*info, notes};
}

void MultipartUploads::abort(const std::string& id, const std::string& key) {
  require(id, key);
  fs::remove_all(directory(id));
}

std::vector<MultipartUpload> MultipartUploads::all() const {
  std::vector<MultipartUpload> out;
  for (const auto& entry : fs::directory_iterator(store_.settings().root / "multipart")) {
    try {
      out.push_back(require(entry.path().filename().string(), ""));
    } catch (const S3Error&) {
      // Completed or abandoned meanwhile.
    }
  }
  std::ranges::sort(out, {}, [](const auto& upload) { return std::pair(upload.key, upload.id); });
  return out;
}

}  // namespace oprag::blobs
