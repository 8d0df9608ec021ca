// A Zig guest: prints the lines of standard input last to first.
const std = @import("std");

pub fn main(init: std.process.Init) !void {
    const allocator = init.arena.allocator();
    var buffer: [4096]u8 = undefined;
    var reader = std.Io.File.stdin().reader(init.io, &buffer);
    const text = try reader.interface.allocRemaining(allocator, .unlimited);
    var lines: std.ArrayList([]const u8) = .empty;
    var split = std.mem.splitScalar(u8, std.mem.trimEnd(u8, text, "\n"), '\n');
    while (split.next()) |line| try lines.append(allocator, line);
    var out_buffer: [4096]u8 = undefined;
    var writer = std.Io.File.stdout().writer(init.io, &out_buffer);
    while (lines.pop()) |line| try writer.interface.print("{s}\n", .{line});
    try writer.interface.flush();
}
