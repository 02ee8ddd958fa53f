package dev.farsight.api.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Memory that this host can still provide: the minimum of the memory that the kernel has available
 * and the memory that remains below the limit of each control group (version 1 or 2) of the
 * process.
 *
 * @param available bytes; {@link Long#MAX_VALUE} if nothing is known
 * @param source where the figure comes from, for messages
 */
public record HostMemory(long available, String source) {

  private static final String CGROUPS = "sys/fs/cgroup";

  /** The file names of one version of control groups. */
  private record Version(String limit, String usage, String reclaimable) {
    static final Version V1 =
        new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    static final Version V2 = new Version("memory.max", "memory.current", "inactive_file");
  }

  /**
   * Reads the figures of a host. A missing or unreadable file counts as no limit.
   *
   * @param root the root of the host's file system
   */
  public static HostMemory of(Path root) {
    HostMemory lowest = new HostMemory(Long.MAX_VALUE, "unknown");
    Path memInfo = root.resolve("proc/meminfo");
    Optional<Long> kibibytes = field(memInfo, "MemAvailable:");
    if (kibibytes.isPresent()) {
      lowest = new HostMemory(kibibytes.get() << 10, "MemAvailable of /proc/meminfo");
    }
    // A line is hierarchy:controllers:path; version 2 is hierarchy 0 without controllers.
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        lowest = lowest.orLower(root, CGROUPS, parts[2], Version.V2);
        lowest = lowest.orLower(root, CGROUPS + "/unified", parts[2], Version.V2);
      } else if (List.of(parts[1].split(",")).contains("memory")) {
        lowest = lowest.orLower(root, CGROUPS + "/memory", parts[2], Version.V1);
      }
    }
    return lowest;
  }

  /**
   * The lower of this and what the limits of a control group and its parents leave. A container may
   * not see its group under the path that the kernel states; its limit is then at the root.
   */
  private HostMemory orLower(Path root, String mount, String group, Version version) {
    HostMemory lowest = this;
    Path top = root.resolve(mount);
    Path groupFolder = top.resolve(group.substring(Math.min(1, group.length()))).normalize();
    for (Path folder = groupFolder;
        folder != null && folder.startsWith(top);
        folder = folder.getParent()) {
      Optional<Long> limit = number(folder.resolve(version.limit));
      Optional<Long> usage = number(folder.resolve(version.usage));
      if (limit.isPresent() && usage.isPresent()) {
        long reclaimable =
            field(folder.resolve("memory.stat"), version.reclaimable + " ").orElse(0L);
        long remaining = Math.max(0, limit.get() - usage.get() + reclaimable);
        if (remaining < lowest.available) {
          lowest = new HostMemory(remaining, version.limit + " of /" + root.relativize(folder));
        }
      }
    }
    return lowest;
  }

  /** The number in a file; empty if there is no such file or if the file says "max". */
  private static Optional<Long> number(Path file) {
    return lines(file).stream().findFirst().flatMap(HostMemory::parse);
  }

  /** The first number after {@code name} on the line that starts with it. */
  private static Optional<Long> field(Path file, String name) {
    return lines(file).stream()
        .filter(line -> line.startsWith(name))
        .flatMap(line -> Stream.of(line.substring(name.length()).trim().split(" ", 2)).limit(1))
        .findFirst()
        .flatMap(HostMemory::parse);
  }

  private static Optional<Long> parse(String text) {
    try {
      return Optional.of(Long.parseLong(text.trim()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
