#include "mail/outbox.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace oprag::mail {
namespace {

Letter to(const std::string& address) {
  return confirmation_code(address, "123456");
}

// A server that accepts the connection and then says nothing, until it is let go.
struct Stalled final : Mailer {
  void send(const Letter& letter) override {
    ++begun;
    go.acquire();
    kept.send(letter);
  }
  std::atomic<int> begun = 0;
  std::counting_semaphore<> go{0};
  FakeMailer kept;
};

TEST(Outbox, KeepsNobodyWaitingForAServerThatStalls) {
  Stalled server;
  Outbox outbox(server);
  for (const auto* name : {"a@x.test", "b@x.test", "c@x.test"}) EXPECT_TRUE(outbox.post(to(name), "code"));
  EXPECT_TRUE(server.kept.letters().empty());
  server.go.release(3);
  outbox.drain();
  const auto letters = server.kept.letters();
  ASSERT_EQ(letters.size(), 3u);
  EXPECT_EQ(letters[0].to, "a@x.test");
  EXPECT_EQ(letters[2].to, "c@x.test");
}

TEST(Outbox, TakesOnlySoManyLetters) {
  Stalled server;
  Outbox outbox(server);
  outbox.post(to("first@x.test"), "code");
  while (server.begun == 0) std::this_thread::yield();
  for (std::size_t i = 0; i < outbox_letters; ++i) ASSERT_TRUE(outbox.post(to("x@x.test"), "code"));
  EXPECT_FALSE(outbox.post(to("one@too.many"), "code"));
  server.go.release(outbox_letters + 1);
  outbox.drain();
  EXPECT_EQ(server.kept.letters().size(), outbox_letters + 1);
}

TEST(Outbox, EndsWithTheLetterThatIsOnItsWay) {
  Stalled server;
  {
    Outbox outbox(server);
    outbox.post(to("first@x.test"), "code");
    while (server.begun == 0) std::this_thread::yield();
    for (int i = 0; i < 9; ++i) outbox.post(to("later@x.test"), "code");
    server.go.release(10);
  }
  EXPECT_GE(server.kept.letters().size(), 1u);
  EXPECT_EQ(server.kept.letters()[0].to, "first@x.test");
}

// Refuses the first letters, then takes them.
struct Busy final : Mailer {
  explicit Busy(int refusals) : left(refusals) {}
  void send(const Letter& letter) override {
    if (left-- > 0) throw NotSent("451 try again");
    kept.send(letter);
  }
  int left;
  FakeMailer kept;
};

TEST(Outbox, TriesALetterAgainAndThenGivesItUp) {
  Busy server(1);
  Outbox outbox(server);
  outbox.post(to("a@x.test"), "code");
  outbox.drain();
  EXPECT_EQ(server.kept.letters().size(), 1u);
}

}  // namespace
}  // namespace oprag::mail
