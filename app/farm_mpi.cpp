#include "farm_mpi.h"

#include <algorithm>
#include <cstdlib>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

#ifdef PENCHANT_WITH_MPI
#define OMPI_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#include <mpi.h>

#include <chrono>
#include <thread>
#endif

namespace penchant::app {

namespace {

// How many processes the environment says there are: Open MPI's name, then that of MPICH and its kin.
int started_processes() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* text = std::getenv(name)) return std::atoi(text);
  return 1;
}

#ifdef PENCHANT_WITH_MPI

constexpr int kTag = 1;
constexpr auto kShortestWait = std::chrono::microseconds(20);
constexpr auto kLongestWait = std::chrono::microseconds(500);

class MpiMessenger : public Messenger {
 public:
  MpiMessenger() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    if (provided < MPI_THREAD_SERIALIZED) throw InvalidInput("this MPI has no support for threads; use --shard i/n");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  ~MpiMessenger() override { MPI_Finalize(); }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void send(int to, std::span<const std::uint64_t> words) override {
    MPI_Send(words.data(), static_cast<int>(words.size()), MPI_UINT64_T, to, kTag, MPI_COMM_WORLD);
  }

  // MPI's own waiting burns a processor that trials need.
  Message receive(int from) override {
    const int source = from < 0 ? MPI_ANY_SOURCE : from;
    MPI_Status status;
    int there = 0;
    for (auto wait = kShortestWait;; wait = std::min(2 * wait, kLongestWait)) {
      MPI_Iprobe(source, kTag, MPI_COMM_WORLD, &there, &status);
      if (there) break;
      std::this_thread::sleep_for(wait);
    }
    int count = 0;
    MPI_Get_count(&status, MPI_UINT64_T, &count);
    Message message{status.MPI_SOURCE, std::vector<std::uint64_t>(static_cast<std::size_t>(count))};
    MPI_Recv(message.words.data(), count, MPI_UINT64_T, status.MPI_SOURCE, kTag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return message;
  }

 private:
  int rank_ = 0, size_ = 1;
};

#endif

}  // namespace

std::unique_ptr<Messenger> messenger_of_mpirun() {
  const int started = started_processes();
  if (started <= 1) return nullptr;
#ifdef PENCHANT_WITH_MPI
  auto messenger = std::make_unique<MpiMessenger>();
  if (messenger->size() != started)
    throw InvalidInput(
        cat("mpirun started ", started, " processes that do not see each other: it belongs to another MPI than this build"));
  return messenger;
#else
  throw InvalidInput(cat("mpirun started ", started, " processes, but this build has no MPI; use --shard i/n instead"));
#endif
}

}  // namespace penchant::app
