using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>
/// Writes a merged model as Hugging Face tools expect it: <c>config.json</c>, <c>model.safetensors</c>,
/// the donor's tokenizer and generation settings, a model card, the recipe and the lock that proves the merge.
/// The directory appears complete or not at all; equal input gives equal bytes.
/// </summary>
public static class MergedModelWriter
{
    private static readonly string[] TokenizerFiles =
    [
        "tokenizer.json", "tokenizer_config.json", "tokenizer.model",
        "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "vocab.txt", "spiece.model", "sentencepiece.bpe.model", "tekken.json",
        "normalizer.json", "chat_template.jinja", "chat_template.json",
    ];

    // How models of images, sounds and videos want their input: as much a part of them as the tokenizer.
    private static readonly string[] ProcessorFiles =
        ["preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json"];

    private const string GenerationConfigName = "generation_config.json";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the directory.</summary>
    /// <param name="directory">Where; must not exist yet.</param>
    /// <param name="plan">The plan that made the weights. Its parents must not be disposed yet.</param>
    /// <param name="weights">The merged tensors, in host memory.</param>
    /// <param name="cardNotes">Markdown for the model card besides lineage and licences: scores, for instance.</param>
    /// <param name="cancellation">Looked at between megabytes; nothing is left behind.</param>
    /// <exception cref="ConvergenceException">The directory exists, or cannot be written; nothing is left behind.</exception>
    public static void Write(
        string directory, MergePlan plan, ITensorSource weights, string? cardNotes = null, CancellationToken cancellation = default) =>
        AtomicDirectory.Write(directory, temporary =>
        {
            var weightsPath = Path.Combine(temporary, "model.safetensors");
            SafetensorsWriter.Write(weightsPath, weights, new Dictionary<string, string> { ["format"] = "pt" }, cancellation);
            WriteCompanions(
                temporary, Path.GetFileName(Path.TrimEndingDirectorySeparator(directory)),
                plan, cardNotes, [FileDigest.Of(weightsPath, cancellation)],
                maxShardByteCount: null, cancellation);
        });

    /// <summary>Writes everything but the weights.</summary>
    /// <param name="directory">An existing directory without any of these files.</param>
    /// <param name="name">What the model is called.</param>
    /// <param name="plan">The plan that made the weights.</param>
    /// <param name="cardNotes">Markdown for the model card.</param>
    /// <param name="weights">The weight files.</param>
    /// <param name="maxShardByteCount">The size that they were held to, or <see langword="null"/> for a single file.</param>
    /// <param name="cancellation">Ends the hashing of the parents.</param>
    internal static void WriteCompanions(
        string directory, string name, MergePlan plan, string? cardNotes, IEnumerable<FileDigest> weights, long? maxShardByteCount,
        CancellationToken cancellation)
    {
        WriteDescription(directory, plan);
        WriteText(directory, "recipe.yaml", plan.RecipeYaml);
        WriteText(directory, "README.md", ModelCard.Build(name, plan, cardNotes));
        RecipeLock.Build(plan, weights, maxShardByteCount, cache: null, cancellation).Write(Path.Combine(directory, RecipeLock.FileName));
    }

    /// <summary>Writes what says how the weights are to be used: configurations, tokenizer and the code that these name.</summary>
    internal static void WriteDescription(string directory, MergePlan plan)
    {
        WriteText(directory, "config.json", ToJson(plan.Config));
        CopyDonorFiles(plan, directory);
        foreach (var (name, path) in OutputCode.Files(plan.Parents.Get(plan.Donor), plan.Tokenizer.Source))
        {
            DonorFile.Copy(path, Path.Combine(directory, name));
        }
    }

    private static string ToJson(JsonObject config) => config.ToJsonString(Indented) + "\n";

    private static void WriteText(string directory, string name, string text) =>
        AtomicFile.WriteAllText(Path.Combine(directory, name), text);

    private static void CopyDonorFiles(MergePlan plan, string directory)
    {
        var written = plan.Tokenizer.Files();
        var donor = plan.Parents.Get(plan.Donor);
        if (donor.Directory?.FindFile(GenerationConfigName) is { } generation)
        {
            if (plan.Tokenizer.GenerationConfig(generation, donor) is { } moved)
            {
                WriteText(directory, GenerationConfigName, moved);
            }
            else
            {
                DonorFile.Copy(generation, Path.Combine(directory, GenerationConfigName));
            }
        }

        foreach (var name in ProcessorFiles)
        {
            if (donor.Directory?.FindFile(name) is { } file)
            {
                DonorFile.Copy(file, Path.Combine(directory, name));
            }
        }

        foreach (var name in TokenizerFiles)
        {
            if (written.TryGetValue(name, out var text))
            {
                if (text is not null)
                {
                    WriteText(directory, name, text);
                }
            }
            else if (plan.Tokenizer.Source.Directory?.FindFile(name) is { } file)
            {
                DonorFile.Copy(file, Path.Combine(directory, name));
            }
        }
    }
}
