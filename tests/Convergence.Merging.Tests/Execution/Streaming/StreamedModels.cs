using System.Collections.Concurrent;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Execution.Streaming;

/// <summary>
/// A base and three specialists on the disk, large enough that their larger tensors are spread over several output windows.
/// </summary>
internal sealed class StreamedModels : IDisposable
{
    // Drawing the weights takes far longer than merging them: they are drawn once.
    private static readonly ConcurrentDictionary<DType, (string Name, byte[] Config, byte[] Weights)[]> Made = new();

    private readonly TemporaryDirectory _directory = new();

    public StreamedModels(DType dtype = DType.BF16)
    {
        Options = new TinyModelOptions { VocabularySize = 2501, HiddenSize = 128, IntermediateSize = 200, DType = dtype };
        foreach (var (name, config, weights) in Made.GetOrAdd(dtype, _ => Make(Options)))
        {
            Directory.CreateDirectory(Combine(name));
            File.WriteAllBytes(Combine(name, "config.json"), config);
            File.WriteAllBytes(Combine(name, "model.safetensors"), weights);
        }
    }

    public TinyModelOptions Options { get; }

    public string Path => _directory.Path;

    public string Combine(params string[] parts) => _directory.Combine(parts);

    public static MergeRecipe Recipe(MergeMethod method = MergeMethod.TaskArithmetic) => new()
    {
        Method = method,
        BaseModel = "base",
        Models = [new("s1", RecipeParameters.Empty), new("s2", RecipeParameters.Empty), new("s3", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("weight", 0.4)),
    };

    /// <summary>Streams a merge into a directory of that name.</summary>
    public StreamedMergeResult Merge(
        string name,
        MergeRecipe recipe,
        StreamedMergeOptions? options = null,
        int threads = 2,
        Action<MergeProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        using var parents = new ParentModels(Path);
        using var device = new CpuDevice(threads);
        return new StreamedMerge(device).Run(MergePlanner.Plan(recipe, parents), Combine(name), options, progress, cancellation);
    }

    /// <summary>Merges in memory and writes the result in one piece.</summary>
    public void MergeInMemory(string name, MergeRecipe recipe)
    {
        using var parents = new ParentModels(Path);
        using var device = new CpuDevice(1);
        using var output = new TensorSet();
        var plan = MergePlanner.Plan(recipe, parents);
        new MergeExecutor(device).Execute(plan, output);
        MergedModelWriter.Write(Combine(name), plan, output);
    }

    /// <summary>Stops a merge after so many bytes of output.</summary>
    public void Interrupt(string name, MergeRecipe recipe, StreamedMergeOptions options, long afterByteCount)
    {
        using var stop = new CancellationTokenSource();
        Assert.That(
            () => Merge(
                name, recipe, options, progress: at => { if (at.DoneByteCount >= afterByteCount) { stop.Cancel(); } },
                cancellation: stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Checks that two directories hold the same files with the same bytes.</summary>
    public void AssertSameFiles(string actual, string expected)
    {
        Assert.That(FilesOf(actual), Is.EqualTo(FilesOf(expected)));
        foreach (var file in FilesOf(expected).Where(file => file != "README.md"))
        {
            Assert.That(File.ReadAllBytes(Combine(actual, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Combine(expected, file))), file);
        }
    }

    public string[] FilesOf(string name) =>
        [.. Directory.GetFileSystemEntries(Combine(name)).Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static (string Name, byte[] Config, byte[] Weights)[] Make(TinyModelOptions options)
    {
        using var directory = new TemporaryDirectory();
        TinyModels.Write(directory.Combine("base"), options, seed: 1);
        for (ulong index = 1; index <= 3; index++)
        {
            TinyModels.WriteSpecialist(directory.Combine($"s{index}"), options, baseSeed: 1, seed: 10 + index);
        }

        return [.. Directory.GetDirectories(directory.Path).Select(model => (
            System.IO.Path.GetFileName(model),
            File.ReadAllBytes(System.IO.Path.Combine(model, "config.json")),
            File.ReadAllBytes(System.IO.Path.Combine(model, "model.safetensors"))))];
    }

    /// <summary>What lies beside the models and the outputs that a test names.</summary>
    public string[] Leftovers() => [.. Directory.GetFileSystemEntries(Path, ".*").Select(file => System.IO.Path.GetFileName(file))];

    public void Dispose() => _directory.Dispose();
}
