using System.Security.Cryptography;
using System.Text;

namespace Convergence.Cuda.Runtime;

/// <summary>The embedded sources of one module: a <c>.cu</c> file and all headers, which it may include by name.</summary>
internal sealed class KernelSource
{
    private KernelSource(string name, string text, IReadOnlyList<(string Name, string Text)> headers)
    {
        Name = name;
        Text = text;
        Headers = headers;
    }

    /// <summary>The file's name without its ending, for example <c>merge_combine</c>.</summary>
    public string Name { get; }

    public string Text { get; }

    /// <summary>Every <c>.cuh</c> file, by name.</summary>
    public IReadOnlyList<(string Name, string Text)> Headers { get; }

    /// <summary>The names of all modules.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Resources(".cu").Select(resource => Path.GetFileNameWithoutExtension(resource)).Order(StringComparer.Ordinal)];

    public static KernelSource Of(string name) =>
        new(name, Read(name + ".cu"), [.. Resources(".cuh").Order(StringComparer.Ordinal).Select(header => (header, Read(header)))]);

    /// <summary>A source that is not embedded.</summary>
    public static KernelSource Of(string name, string text) => new(name, text, []);

    /// <summary>
    /// What NVRTC is told, the architecture apart. Merging adds and multiplies as the CPU does, each rounded by itself, so that it has
    /// the CPU's bits; a forward pass may fuse them.
    /// </summary>
    public IReadOnlyList<string> Options =>
        ["--std=c++17", "-default-device", Name.StartsWith("merge_", StringComparison.Ordinal) ? "--fmad=false" : "--fmad=true"];

    /// <summary>SHA-256, in lower-case hexadecimals, of everything that decides what is compiled.</summary>
    public string Hash(IEnumerable<string> settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in settings.Concat(Headers.SelectMany(header => new[] { header.Name, header.Text })).Append(Text))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Resources(string ending) =>
        typeof(KernelSource).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(ending, StringComparison.Ordinal));

    private static string Read(string resource)
    {
        using var stream = typeof(KernelSource).Assembly.GetManifestResourceStream(resource)
            ?? throw new ArgumentException($"No kernel source is called {resource}.", nameof(resource));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
