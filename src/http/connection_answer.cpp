// The answer on its way to the client: whole, or as a stream that the handler is still writing.
#include <algorithm>
#include <array>
#include <charconv>

#include "http/turn.hpp"
#include "http/wire.hpp"

namespace oprag::http {

namespace asio = boost::asio;

// False when the client did not get all of it.
asio::awaitable<bool> Connection::send_answer(Turn& turn) {
  const auto& response = turn.answer.response;
  const bool streams = turn.answer.stream_follows;
  const auto body = response.static_body.empty() ? std::string_view(response.body) : response.static_body;
  const bool has_body = may_have_body(response.status);
  const bool head_only = turn.request.method == "HEAD" || !has_body;

  BodyFraming framing;
  if (streams || response.length) {
    framing.length = response.length;
  } else if (has_body && !(head_only && body.empty())) {  // of a stream, HEAD does not learn the length
    framing.length = body.size();
  }
  framing.chunked = streams && !response.length && !turn.http_1_0;
  if (streams && !response.length && turn.http_1_0) turn.keep_alive = false;  // the end of the connection ends it
  framing.close = !turn.keep_alive;
  const auto head = response_head(response, framing);

  turn.outcome.status = response.status;
  if (streams) {
    if (!co_await send({asio::buffer(head)})) co_return false;
    co_return co_await send_stream(turn, framing.chunked);
  }
  if (head_only) co_return co_await send({asio::buffer(head)});
  turn.outcome.bytes_sent = body.size();
  co_return co_await send({asio::buffer(head), asio::buffer(body)});
}

asio::awaitable<bool> Connection::send_stream(Turn& turn, bool chunked) {
  auto& exchange = *turn.exchange;
  const auto& settings = services_.settings;
  const auto& [response, _] = turn.answer;
  channel_.on_client_closed([self = shared_from_this(), kept = turn.exchange] { kept->abandon(); });
  auto last_sent = Clock::now();
  auto end = last_sent + settings.stream_time;
  bool complete = false;
  while (true) {
    const auto output = exchange.take_output();
    if (!output.bytes.empty()) {
      if (!co_await send_part(turn, output.bytes, chunked)) break;
      last_sent = Clock::now();
      if (response.length) end = last_sent + settings.stream_time;
    }
    if (output.ended) {
      complete = output.complete && turn.outcome.bytes_sent == response.length.value_or(turn.outcome.bytes_sent);
      break;
    }
    const auto now = Clock::now();
    if (exchange.gone() || now >= end) break;
    const bool silent = !response.heartbeat.empty() && now >= last_sent + settings.heartbeat_time;
    if (silent) {
      if (!co_await send_part(turn, response.heartbeat, chunked)) break;
      last_sent = Clock::now();
    } else if (output.bytes.empty()) {
      channel_.allow_until(Clock::time_point::max());
      co_await exchange.wait(response.heartbeat.empty() ? end : std::min(end, last_sent + settings.heartbeat_time));
    }
  }
  channel_.forget_client_closed();
  if (complete && chunked) complete = co_await send({asio::buffer("0\r\n\r\n", 5)});
  co_return complete;
}

asio::awaitable<bool> Connection::send_part(Turn& turn, std::string_view bytes, bool chunked) {
  turn.outcome.bytes_sent += bytes.size();
  if (turn.outcome.bytes_sent > turn.answer.response.length.value_or(turn.outcome.bytes_sent)) co_return false;
  if (!chunked) co_return co_await send({asio::buffer(bytes)});
  std::array<char, 18> size{};
  const auto end = std::to_chars(size.data(), size.data() + 16, bytes.size(), 16).ptr;
  const auto line_end = std::copy_n("\r\n", 2, end);
  co_return co_await send({asio::buffer(size.data(), static_cast<std::size_t>(line_end - size.data())),
                           asio::buffer(bytes), asio::buffer("\r\n", 2)});
}

}  // namespace oprag::http
