// The child: reads one file from stdin, confines itself, and writes frames to stdout. A frame is a kind byte, a length
// (u32, little endian) and that many bytes.
#pragma once
#include <cstdint>

namespace oprag::ingest {

enum class Frame : char {
  progress = 'P',  // "done total"
  error = 'E',     // "code\nmessage"
  document = 'D',  // text::encode
};

inline constexpr std::uint32_t max_frame_bytes = 600u << 20;  // 50 MB of text with its word boxes

// Exit status of the process. stdin: file name, newline, "pages text_bytes …" line of limits, then the file's bytes to
// the end.
int extract_worker_main();

}  // namespace oprag::ingest
