// What a connection knows of the request that it serves; private to connection*.cpp.
#pragma once
#include <memory>
#include <utility>

#include "http/connection.hpp"

namespace oprag::http {

struct Connection::Turn {
  Turn(const boost::asio::any_io_executor& io, Head head)
      : decoder(head),
        http_1_0(head.http_1_0),
        keep_alive(head.keep_alive),
        continue_awaited(head.expects_continue && head.has_body()),
        exchange(std::make_shared<Exchange>(io, std::move(head.request))),
        request(exchange->request) {}

  BodyDecoder decoder;
  bool http_1_0;
  bool keep_alive;
  bool continue_awaited;  // the client sends its body after our "100 Continue"
  std::shared_ptr<Exchange> exchange;
  Request& request;
  Clock::time_point started = Clock::now();
  std::uint64_t body_received = 0;
  bool refused = false;  // the answer is the connection's own; no handler is asked
  Exchange::Answer answer;
  Outcome outcome;
};

}  // namespace oprag::http
