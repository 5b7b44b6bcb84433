using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Output;

public sealed class MergedModelWriterTests
{
    private const string Tokenizer = "{\"model\":{\"vocab\":{\"a\":1}}}";

    [Test]
    public void Write_MergeOfTwo_IsAModelDirectoryThatRebuildsItself()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "one");
        using var model = ModelDirectory.Open(directory.Combine("one"));
        Assert.Multiple(() =>
        {
            Assert.That(model.Config["torch_dtype"]!.GetValue<string>(), Is.EqualTo("bfloat16"));
            Assert.That(File.ReadAllText(directory.Combine("one", "tokenizer.json")), Is.EqualTo(Tokenizer));
            var card = File.ReadAllText(directory.Combine("one", "README.md"));
            Assert.That(
                card, Does.StartWith("---\nlicense: unknown\nlibrary_name: transformers\npipeline_tag: text-generation\ntags:\n- merge\n")
                    .And.Contain("| a | parent | apache-2.0 |")
                    .And.Contain("| b | parent | not stated |"));
            Assert.That(card, Does.Contain("merge_method: linear").And.Contain("some notes"));
            Assert.That(RecipeReader.ReadFile(directory.Combine("one", "recipe.yaml")), Is.EqualTo(Recipe()));
            Assert.That(File.Exists(directory.Combine("one", "generation_config.json")));
        });
    }

    [Test]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "one");
        Directory.Move(directory.Combine("one"), directory.Combine("kept"));
        Write(directory, "one");
        foreach (var file in Directory.GetFiles(directory.Combine("kept")))
        {
            Assert.That(File.ReadAllBytes(directory.Combine("one", Path.GetFileName(file))), Is.EqualTo(File.ReadAllBytes(file)), file);
        }
    }

    [Test]
    public void Write_OverAnExistingDirectory_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "one");
        Assert.That(() => Write(directory, "one"), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("already exists"));
    }

    [Test]
    public void Write_ModelOfImages_TakesItsProcessorAndEveryFormOfItsTokenizerAlong()
    {
        string[] names =
        [
            "preprocessor_config.json", "processor_config.json",
            "video_preprocessor_config.json", "vocab.txt", "spiece.model", "tekken.json",
        ];
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Combine("a"));
        Array.ForEach(names, name => File.WriteAllText(directory.Combine("a", name), name));
        TinyModels.Write(directory.Combine("a"), new TinyModelOptions(), 1);
        Write(directory, "one");
        Assert.That(names, Has.All.Matches<string>(name => File.ReadAllText(directory.Combine("one", name!)) == name));
    }

    [Test]
    public void Write_CompanionIsAPipeOrADevice_IsNotOpened()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Pipes and devices are made and named the Unix way here.");
        }

        using var directory = new TemporaryDirectory();
        TinyModels.Write(directory.Combine("a"), new TinyModelOptions(), 1);
        File.CreateSymbolicLink(directory.Combine("a", "tokenizer.model"), "/dev/zero");
        using (var make = System.Diagnostics.Process.Start("mkfifo", directory.Combine("a", "merges.txt")))
        {
            make.WaitForExit();
        }

        Write(directory, "one");
        Assert.That(new FileInfo(directory.Combine("one", "tokenizer.model")), Has.Length.Zero.And.Property("LinkTarget").Null);
        Assert.That(new FileInfo(directory.Combine("one", "merges.txt")), Has.Length.Zero);
    }

    [Test]
    public void Copy_MoreThanAnyTokenizerHas_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        using (var file = File.Create(directory.Combine("tokenizer.model")))
        {
            file.SetLength((1L << 30) + 1);
        }

        Assert.That(
            () => DonorFile.Copy(directory.Combine("tokenizer.model"), directory.Combine("copy")),
            Throws.TypeOf<MergeException>().With.Message.Contains("has 1,073,741,825 bytes"));
        Assert.That(directory.Entries(), Is.EqualTo(new[] { "tokenizer.model" }));
    }

    [TestCase("---\nlicense: mit\n---\n", "mit")]
    [TestCase("---\ntags:\n- a\nlicense: \"cc-by-4.0\"\n---\n", "cc-by-4.0")]
    [TestCase("---\ntags: x\n---\nlicense: mit\n", null)]
    [TestCase("# card\nlicense: mit\n", null)]
    public void CardLicence_IsThatOfTheFrontMatter(string card, string? expected) =>
        Assert.That(CardLicence.Parse(card), Is.EqualTo(expected));

    private static MergeRecipe Recipe() => new()
    {
        Method = MergeMethod.Linear,
        Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("weight", 1.0)),
        OutDType = DType.BF16,
    };

    private static void Write(TemporaryDirectory root, string name)
    {
        foreach (var (parent, seed) in new[] { ("a", 1UL), ("b", 2UL) })
        {
            if (!Directory.Exists(root.Combine(parent)))
            {
                TinyModels.Write(root.Combine(parent), new TinyModelOptions(), seed);
            }
        }

        File.WriteAllText(root.Combine("a", "tokenizer.json"), Tokenizer);
        File.WriteAllText(root.Combine("a", "generation_config.json"), new JsonObject().ToJsonString());
        File.WriteAllText(root.Combine("a", "README.md"), "---\nlicense: apache-2.0\n---\n# a\n");
        using var parents = new ParentModels(root.Path);
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        var plan = MergePlanner.Plan(Recipe(), parents);
        new MergeExecutor(device).Execute(plan, output);
        MergedModelWriter.Write(root.Combine(name), plan, output, "some notes");
    }
}
