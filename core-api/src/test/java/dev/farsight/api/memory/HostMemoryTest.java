package dev.farsight.api.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts are simulated as trees of files. */
class HostMemoryTest {

  @TempDir private Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @BeforeEach
  void bareHost() throws IOException {
    file("proc/meminfo", "MemTotal:  2000 kB\nMemFree:  500 kB\nMemAvailable:     1000 kB\n");
  }

  private void expect(long available, String source) {
    assertThat(HostMemory.of(root)).isEqualTo(new HostMemory(available, source));
  }

  @Test
  void withoutControlGroupsTheKernelsFigureCounts() {
    expect(1000 << 10, "MemAvailable of /proc/meminfo");
  }

  @Test
  void aGroupOfVersion2CountsWithItsReclaimableMemory() throws IOException {
    file("proc/self/cgroup", "0::/user/job\n");
    file("sys/fs/cgroup/user/job/memory.max", "600000\n");
    file("sys/fs/cgroup/user/job/memory.current", "200000\n");
    file("sys/fs/cgroup/user/job/memory.stat", "anon 5\ninactive_file 50000\nactive_file 7\n");
    expect(450_000, "memory.max of /sys/fs/cgroup/user/job");
  }

  @Test
  void aTighterParentCounts() throws IOException {
    file("proc/self/cgroup", "0::/user/job\n");
    file("sys/fs/cgroup/user/job/memory.max", "max\n");
    file("sys/fs/cgroup/user/job/memory.current", "200000\n");
    file("sys/fs/cgroup/user/memory.max", "300000\n");
    file("sys/fs/cgroup/user/memory.current", "250000\n");
    expect(50_000, "memory.max of /sys/fs/cgroup/user");
  }

  @Test
  void aGroupOfVersion1Counts() throws IOException {
    file("proc/self/cgroup", "9:cpu,cpuacct:/x\n4:memory:/job\n0::/\n");
    file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "500000\n");
    file("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "100000\n");
    file("sys/fs/cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 2000\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/memory.usage_in_bytes", "300000\n");
    expect(402_000, "memory.limit_in_bytes of /sys/fs/cgroup/memory/job");
  }

  @Test
  void aContainerThatSeesOnlyItsRootFindsItsLimitThere() throws IOException {
    file("proc/self/cgroup", "0::/kubepods/pod7/container3\n");
    file("sys/fs/cgroup/memory.max", "700000\n");
    file("sys/fs/cgroup/memory.current", "100000\n");
    expect(600_000, "memory.max of /sys/fs/cgroup");
  }

  @Test
  void aGroupOverItsLimitHasNoMemoryLeft() throws IOException {
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/memory.max", "100\n");
    file("sys/fs/cgroup/job/memory.current", "200\n");
    expect(0, "memory.max of /sys/fs/cgroup/job");
  }

  @Test
  void withoutAnyFigureMemoryIsUnlimited() throws IOException {
    Files.delete(root.resolve("proc/meminfo"));
    expect(Long.MAX_VALUE, "unknown");
  }

  @Test
  void thisHostHasMemory() {
    HostMemory host = HostMemory.of(Path.of("/"));
    assertThat(host.available()).isBetween(1L << 20, Long.MAX_VALUE - 1);
    assertThat(host.source()).isNotEqualTo("unknown");
  }
}
