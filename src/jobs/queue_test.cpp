#include "jobs/queue.hpp"

#include <gtest/gtest.h>

#include "db/testing.hpp"
#include "jobs/worker.hpp"

namespace oprag::jobs {
namespace {

class Jobs : public ::testing::TestWithParam<std::string> {
 protected:
  db::testing::Store store{GetParam()};
  Timestamp now{1'780'000'000'000};
  Queue queue{*store, [this] { return now; }, random_base62};

  void add(const std::string& company, const std::string& project, const std::string& subject, std::int64_t size = 1) {
    store->write_system([&](db::System& s) { queue.add(s, {"index", {company}, {project}, subject, size}); });
    now = now + 1;
  }
  std::string claim_subject() {
    const auto job = queue.claim();
    now = now + 1;
    return job ? job->subject : "";
  }
};

TEST_P(Jobs, ServesCompaniesInTurnAndSmallThingsFirst) {
  for (int i = 0; i < 5; ++i) add("a", "pa", "a" + std::to_string(i), 100 - i);
  add("b", "pb", "b0", 1000);
  EXPECT_EQ(claim_subject(), "a4");
  EXPECT_EQ(claim_subject(), "b0");  // though A's are smaller and were first
  EXPECT_EQ(claim_subject(), "a3");
}

TEST_P(Jobs, ServesProjectsOfACompanyInTurn) {
  add("a", "p1", "x1");
  add("a", "p1", "x2");
  add("a", "p2", "y1");
  EXPECT_EQ(claim_subject(), "x1");
  EXPECT_EQ(claim_subject(), "y1");
  EXPECT_EQ(claim_subject(), "x2");
}

TEST_P(Jobs, AddingWhatWaitsChangesNothing) {
  add("a", "p", "x");
  add("a", "p", "x");
  EXPECT_EQ(queue.waiting(), 1);
}

TEST_P(Jobs, AFenceKeepsALateWorkerFromPublishing) {
  add("a", "p", "x");
  const auto first = *queue.claim();
  EXPECT_FALSE(queue.claim());
  now = now + lease_ms + 1;  // the first worker is silent
  const auto second = *queue.claim();
  EXPECT_GT(second.fence, first.fence);
  EXPECT_THROW(queue.heartbeat(first, "page 3"), LostLease);
  EXPECT_THROW(store->write_system([&](db::System& s) { queue.finish(s, first); }), LostLease);
  store->write_system([&](db::System& s) { queue.finish(s, second); });
  EXPECT_EQ(queue.waiting(), 0);
}

TEST_P(Jobs, HeartbeatsKeepTheLease) {
  add("a", "p", "x");
  const auto job = *queue.claim();
  for (int i = 0; i < 5; ++i) {
    now = now + lease_ms - 1;
    queue.heartbeat(job, std::to_string(i));
    EXPECT_FALSE(queue.claim());
  }
}

TEST_P(Jobs, ALostClaimIsNoAttemptUnlessItDiesTwiceAtOnePlace) {
  add("a", "p", "x");
  auto job = *queue.claim();
  queue.heartbeat(job, "page 1");
  now = now + lease_ms + 1;
  job = *queue.claim();
  EXPECT_EQ(job.attempts, 0);
  EXPECT_EQ(job.deaths_here, 1);
  queue.heartbeat(job, "page 2");  // it got further: the count starts again
  now = now + lease_ms + 1;
  job = *queue.claim();
  EXPECT_EQ(job.deaths_here, 1);
  now = now + lease_ms + 1;
  job = *queue.claim();
  EXPECT_EQ(job.deaths_here, 2);
}

TEST_P(Jobs, ALargeJobGivesWayToASmallerOneOfAnotherCompany) {
  add("a", "p", "large", 1000);
  add("a", "p", "small", 1);
  std::vector<std::string> order;
  Workers workers(queue);
  workers.add("index", {[&](const Job& job, std::stop_token stop) {
                          order.push_back("begin " + job.subject);
                          if (job.subject == "large") {
                            add("b", "q", "theirs", 500);
                            add("b", "q", "too large", 501);
                          }
                          workers.give_way(job, stop);
                          order.push_back("end " + job.subject);
                          store->write_system([&](db::System& s) { queue.finish(s, job); });
                        },
                        [](const Job&, const std::string&) {}});
  while (workers.run_one()) {
  }
  const std::vector<std::string> expected{"begin small", "end small", "begin large",     "begin theirs",
                                          "end theirs",  "end large", "begin too large", "end too large"};
  EXPECT_EQ(order, expected);
}

TEST_P(Jobs, EarlierStepsGoFirstAlsoBesideALaterOne) {
  add("a", "p", "x", 2);
  add("a", "p", "y", 3);
  std::vector<std::string> order;
  Workers workers(queue);
  workers.add("index", {[&](const Job& job, std::stop_token stop) {
                          order.push_back(job.subject + std::to_string(job.step));
                          if (order.size() == 3) add("a", "p", "late", 100);
                          if (job.step == 1) workers.give_way(job, stop);
                          store->write_system([&](db::System& s) {
                            if (job.step == 0)
                              queue.next_step(s, job);
                            else
                              queue.finish(s, job);
                          });
                        },
                        [](const Job&, const std::string&) {}});
  while (workers.run_one()) {
  }
  EXPECT_EQ(order, (std::vector<std::string>{"x0", "y0", "x1", "late0", "y1", "late1"}));
}

TEST_P(Jobs, AFenceKeepsALateWorkerFromTheNextStep) {
  add("a", "p", "x");
  const auto late = *queue.claim();
  now = now + lease_ms + 1;
  const auto job = *queue.claim();
  EXPECT_THROW(store->write_system([&](db::System& s) { queue.next_step(s, late); }), LostLease);
  store->write_system([&](db::System& s) { queue.next_step(s, job); });
  EXPECT_EQ(queue.claim()->step, 1);
}

TEST_P(Jobs, WhatAWorkerDiedOfGoesBehindTheOthers) {
  add("a", "p", "suspect", 1);
  add("a", "p", "other", 2);
  EXPECT_EQ(claim_subject(), "suspect");
  queue.free_all();
  EXPECT_EQ(claim_subject(), "other");
  EXPECT_EQ(claim_subject(), "suspect");
}

TEST_P(Jobs, TheLeasesOfAKilledProcessEndWhenTheNextOneStarts) {
  add("a", "p", "x");
  EXPECT_TRUE(queue.claim());
  EXPECT_FALSE(queue.claim());
  queue.free_all();
  const auto job = queue.claim();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->deaths_here, 1);
}

TEST_P(Jobs, RetriesWithBackOffAndThenGivesUp) {
  add("a", "p", "x");
  int runs = 0;
  std::string gave_up;
  Workers workers(queue);
  workers.add("index", {[&](const Job&, std::stop_token) {
                          ++runs;
                          throw std::runtime_error("no luck");
                        },
                        [&](const Job&, const std::string& why) { gave_up = why; }});
  for (int i = 0; i < 20; ++i) {
    while (workers.run_one()) {
    }
    now = now + minute_ms;
  }
  EXPECT_EQ(runs, max_attempts);
  EXPECT_EQ(gave_up, "no luck");
  EXPECT_EQ(queue.waiting(), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Jobs, ::testing::ValuesIn(db::testing::engines()));

}  // namespace
}  // namespace oprag::jobs
