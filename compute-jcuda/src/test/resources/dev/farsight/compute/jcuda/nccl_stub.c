// An NCCL that only looks at its arguments; VERSION is given by the test. See InstalledNcclTest.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct { char internal[128]; } ncclUniqueId;
typedef struct { size_t size; unsigned int magic; unsigned int version; int blocking; int rest; } ncclConfig;

static long calls;
static int groups;

int ncclGetVersion(int* version) { *version = VERSION; return 0; }
int ncclGetUniqueId(ncclUniqueId* id) { for (int i = 0; i < 128; i++) id->internal[i] = (char)(3 * i); return 0; }
int ncclGroupStart(void) { groups++; return 0; }
int ncclGroupEnd(void) { return --groups == 0 ? 7 : 5; }

int ncclCommInitRankConfig(void** comm, int ranks, ncclUniqueId id, int rank, ncclConfig* config) {
  for (int i = 0; i < 128; i++) if (id.internal[i] != (char)(3 * i)) return 4;
  if (config->size != 24 || config->magic != 0xcafebeef || config->version != 21400 || config->blocking != 0) return 5;
  *comm = (void*)(0x123456789abcL + 256 * ranks + rank);
  return 7;
}

// The sum of all arguments, by which the test knows that they came as they were given.
static int sum(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, int what) {
  calls += what;
  return (a == 0x7f0000000001L && b == 0x100000002L && c == 0 && d == 3 && e == 0x7f0000000004L && f == 0x7f0000000005L) ? 0 : 4;
}

int ncclSend(const void* from, size_t count, int type, int peer, void* comm, void* stream) {
  return sum((uint64_t)from, count, type, peer, (uint64_t)comm, (uint64_t)stream, 1);
}
int ncclRecv(void* to, size_t count, int type, int peer, void* comm, void* stream) {
  return sum((uint64_t)to, count, type, peer, (uint64_t)comm, (uint64_t)stream, 100);
}
int ncclCommGetAsyncError(void* comm, int* state) { *state = (int)(uint64_t)comm; return 0; }
int ncclCommFinalize(void* comm) { calls += 10000; return comm == (void*)0x7f0000000004L ? 7 : 4; }
int ncclCommDestroy(void* comm) { return comm == (void*)0x7f0000000004L ? (int)calls : 4; }
int ncclCommAbort(void* comm) { return comm == (void*)0x7f0000000004L ? 0 : 4; }
const char* ncclGetErrorString(int result) { return result == 6 ? "remote error" : "unknown"; }
const char* ncclGetLastError(void* comm) { return comm ? "the cable\n is out" : ""; }
