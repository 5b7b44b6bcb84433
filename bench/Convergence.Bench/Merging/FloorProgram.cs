using System.Diagnostics;
using Convergence.Tensors.Files;
using Convergence.Tensors.Memory;

namespace Convergence.Bench.Merging;

/// <summary>
/// Programs that read the files of a merge and write one as large as the first, and compute nothing: <c>floor KIND OUT FILE…</c>.
/// Run as a process of its own.
/// </summary>
internal static class FloorProgram
{
    /// <summary>Whole files into memory, one after another, and one out again: the program that comes to mind first.</summary>
    public const string Plain = "plain";

    /// <summary>
    /// Pieces into buffers that stay in the cache, on two threads, while another writes from a buffer into the page cache:
    /// the least that a merge can do.
    /// </summary>
    public const string Streamed = "streamed";

    /// <summary>As <see cref="Streamed"/>, but past the page cache and until the file is on the disk, as the merge writes.</summary>
    public const string Durable = "durable";

    private const int ChunkByteCount = 1 << 20;
    private const int ThreadCount = 2;

    /// <summary>Whether there is a program of that name.</summary>
    public static bool Knows(string kind) => kind is Plain or Streamed or Durable;

    /// <param name="kind">One of the three.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="inputs">The files to read.</param>
    public static void Run(string kind, string output, string[] inputs)
    {
        if (kind == Plain)
        {
            RunPlain(output, inputs);
        }
        else
        {
            RunStreamed(output, inputs, isDurable: kind == Durable);
        }
    }

    /// <summary>Runs the program in a process of its own.</summary>
    /// <returns>Its wall time in seconds.</returns>
    public static double Measure(string kind, string output, IEnumerable<string> inputs)
    {
        File.Delete(output);
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FloorProgram).Assembly.Location);
        }

        foreach (var argument in (string[])["floor", kind, output, .. inputs])
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(clock).TotalSeconds
            : throw new InvalidOperationException($"The floor program ended with {process.ExitCode}.");
    }

    private static void RunPlain(string output, string[] inputs)
    {
        byte[] content = [];
        foreach (var input in inputs)
        {
            content = File.ReadAllBytes(input);
        }

        File.WriteAllBytes(output, content);
    }

    private static void RunStreamed(string output, string[] inputs, bool isDurable)
    {
        var pieces = inputs.SelectMany(path => Enumerable.Range(0, (int)((new FileInfo(path).Length + ChunkByteCount - 1) / ChunkByteCount))
            .Select(piece => (Path: path, Offset: (long)piece * ChunkByteCount))).ToArray();
        var files = inputs.ToDictionary(path => path, path => File.OpenHandle(path));
        var next = -1;
        var readers = Enumerable.Range(0, ThreadCount).Select(_ => new Thread(() =>
        {
            var buffer = GC.AllocateUninitializedArray<byte>(ChunkByteCount);
            for (var piece = Interlocked.Increment(ref next); piece < pieces.Length; piece = Interlocked.Increment(ref next))
            {
                RandomAccess.Read(files[pieces[piece].Path], buffer, pieces[piece].Offset);
            }
        })).ToList();
        readers.ForEach(thread => thread.Start());
        var byteCount = new FileInfo(inputs[0]).Length;
        if (isDurable)
        {
            WriteDurably(output, byteCount);
        }
        else
        {
            Write(output, byteCount);
        }

        readers.ForEach(thread => thread.Join());
    }

    private static void Write(string output, long byteCount)
    {
        using var file = File.OpenHandle(output, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, byteCount);
        var buffer = new byte[ChunkByteCount];
        for (long offset = 0; offset < byteCount; offset += ChunkByteCount)
        {
            RandomAccess.Write(file, buffer.AsSpan(0, (int)Math.Min(ChunkByteCount, byteCount - offset)), offset);
        }
    }

    private static void WriteDurably(string output, long byteCount)
    {
        using var buffer = new PageBuffer(4 * ChunkByteCount);
        buffer.Bytes.Clear();
        using var file = StreamedFile.Create(output, byteCount);
        var padded = (byteCount + StreamedFile.BlockByteCount - 1) / StreamedFile.BlockByteCount * StreamedFile.BlockByteCount;
        for (long offset = 0; offset < padded; offset += buffer.ByteCount)
        {
            file.Append(buffer.Bytes[..(int)Math.Min(buffer.ByteCount, padded - offset)]);
        }

        file.Complete();
    }
}
