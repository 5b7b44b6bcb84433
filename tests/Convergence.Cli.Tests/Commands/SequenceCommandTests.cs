using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

/// <summary>Recipe files of several documents: merges of merges.</summary>
public sealed class SequenceCommandTests
{
    private TemporaryDirectory _directory = null!;

    private string Recipe => _directory.Combine("recipe.yaml");

    [SetUp]
    public void MakeModels()
    {
        _directory = new TemporaryDirectory();
        TinyModels.Write(_directory.Combine("first"), TinyJob.Options, seed: 1);
        TinyModels.Write(_directory.Combine("second"), TinyJob.Options, seed: 2);
        TinyTokenizer.Write(_directory.Combine("first"));
    }

    [TearDown]
    public void RemoveModels() => _directory.Dispose();

    [Test]
    public void Merge_FileOfSeveralDocuments_EqualsItsStepsAndLeavesNothingElse()
    {
        const string first = "merge_method: linear\nmodels:\n- model: first\n  parameters: {weight: "
            + "0.75}\n- model: second\n  parameters: {weight: 0.25}\n";
        File.WriteAllText(_directory.Combine("step.yaml"), first);
        File.WriteAllText(
            Recipe,
            "name: half-way\n" + first + "---\nmerge_method: slerp\nbase_model: half-way\nmodels:\n- model: "
            + "half-way\n- model: second\nparameters: {t: 0.5}\n"
            + "---\nname: unused\n" + first);
        var result = CliRunner.Run("merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Error, Does.Contain("note: ").And.Contain("the document \"unused\" is not merged"));
        Assert.That(_directory.Entries().Where(name => name.StartsWith('.')), Is.Empty);

        Assert.That(CliRunner.Run(
            "merge", _directory.Combine("step.yaml"), "-o", _directory.Combine("half-way"), "--root", _directory.Path).ExitCode, Is.Zero);
        File.WriteAllText(
            Recipe, "merge_method: slerp\nbase_model: half-way\nmodels:\n- model: half-way\n- model: second\nparameters: {t: 0.5}\n");
        Assert.That(CliRunner.Run("merge", Recipe, "-o", _directory.Combine("by-hand"), "--root", _directory.Path).ExitCode, Is.Zero);
        Assert.That(
            File.ReadAllBytes(_directory.Combine("merged", "model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(_directory.Combine("by-hand", "model.safetensors"))));

        // What the result's recipe says makes the same model again, without the unused document.
        var again = CliRunner.Run(
            "merge", _directory.Combine("merged", "recipe.yaml"), "-o", _directory.Combine("again"), "--root", _directory.Path);
        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(
            File.ReadAllBytes(_directory.Combine("again", "model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(_directory.Combine("merged", "model.safetensors"))));
    }

    [Test]
    public void Reproduce_OfSeveralDocuments_MakesEveryStepAgainAndLeavesNothingElse()
    {
        File.WriteAllText(
            Recipe,
            "name: one\nmerge_method: linear\nmodels:\n- model: first\n  parameters: {weight: 0.75}\n- model: "
            + "second\n  parameters: {weight: 0.25}\n"
            + "---\nname: two\nmerge_method: task_arithmetic\nbase_model: one\nmodels:\n- model: second\nparameters: {weight: 0.4}\n"
            + "---\nmerge_method: slerp\nbase_model: one\nmodels:\n- model: one\n- model: two\nparameters: {t: 0.5}\n");
        Assert.That(CliRunner.Run("merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path).ExitCode, Is.Zero);
        var recipeLock = Merging.RecipeLock.Read(_directory.Combine("merged", Merging.RecipeLock.FileName));
        Assert.That(recipeLock.Recipe.Steps.Select(step => step.Name), Is.EqualTo(new[] { "one", "two", null }));
        Assert.That(recipeLock.Parents.Select(parent => parent.Name), Is.EqualTo(new[] { "first", "second" }), "steps are made, not read");

        var result = CliRunner.Run(
            "reproduce", _directory.Combine("merged", "recipe.lock"), "-o", _directory.Combine("again"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        foreach (var file in new[] { "model.safetensors", "recipe.lock", "recipe.yaml", "config.json" })
        {
            Assert.That(
                File.ReadAllBytes(_directory.Combine("again", file)),
                Is.EqualTo(File.ReadAllBytes(_directory.Combine("merged", file))),
                file);
        }

        Assert.That(
            Directory.GetDirectories(_directory.Path).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "first", "second", "merged", "again" }));
    }

    [Test]
    public void MergePlan_OfSeveralDocuments_ForetellsEveryStepAsItIsWhenTheOthersAreMade()
    {
        const string first = "merge_method: linear\nmodels:\n- model: first\n- model: second\nparameters: {weight: 1}\ndtype: bfloat16\n";
        const string stacked = "merge_method: passthrough\nslices:\n"
            + "- sources: [{model: half-way, layer_range: [0, 2]}]\n- sources: [{model: half-way, layer_range: [1, 2]}]\n";
        File.WriteAllText(Recipe, $"name: half-way\n{first}---\nname: deep\n{stacked}---\nmerge_method: slerp\nbase_model: deep\nmodels:\n"
            + "- model: deep\n- model: deep\nparameters: {t: 0.5}\ntokenizer_source: union\n");
        var before = FolderSnapshot.Take(_directory.Path);
        var text = CliRunner.Run("merge", Recipe, "--plan", "--root", _directory.Path);
        Assert.That(text.ExitCode, Is.Zero, text.ToString());
        Assert.That(
            text.Output,
            Does.Contain("step 1 of 3, half-way: linear of first, second\n").And.Contain("step 2 of 3, deep: passthrough of half-way\n")
            .And.Contain("step 3 of 3, the result: slerp of deep\n").And.Contain("in all about "));
        var plans = CliRunner.Run("merge", Recipe, "--plan", "--root", _directory.Path, "--json").JsonLines();
        Assert.That(plans.Select(plan => plan.GetProperty("step").GetString()), Is.EqualTo(new[] { "half-way", "deep", null }));
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before), "nothing is merged or left behind");

        // The same merges one by one, each planned when its parents are there.
        var steps = File.ReadAllText(Recipe).Split("---\n")
            .Select(step => step[(step.StartsWith("name", StringComparison.Ordinal) ? step.IndexOf('\n') + 1 : 0)..]);
        string[] names = ["half-way", "deep", "result"];
        foreach (var (step, index) in steps.Select((step, index) => (step, index)))
        {
            File.WriteAllText(_directory.Combine("step.yaml"), step);
            var alone = CliRunner.Run("merge", _directory.Combine("step.yaml"), "--plan", "--root", _directory.Path, "--json").JsonLines()
                .Single();
            foreach (var member in new[] { "tensors", "runs", "bytes_read", "bytes_written", "files", "memory_bytes" })
            {
                Assert.That(
                    plans[index].GetProperty(member).GetInt64(), Is.EqualTo(alone.GetProperty(member).GetInt64()),
                    $"{names[index]}: {member}");
            }

            var merge =
                CliRunner.Run("merge", _directory.Combine("step.yaml"), "-o", _directory.Combine(names[index]), "--root", _directory.Path);
            Assert.That(merge.ExitCode, Is.Zero, merge.ToString());
        }
    }

    [Test]
    public void Merge_OfSeveralDocuments_HoldsTheNotesOfAllStepsInItsCard()
    {
        const string unmatched = "parameters:\n  weight:\n  - {filter: nowhere_to_be_found, value: 0.5}\n  - value: 1\n";
        File.WriteAllText(
            Recipe,
            $"name: one\nmerge_method: linear\nmodels:\n- model: first\n- model: second\n{unmatched}---\nname: unused\nmerge_method: "
            + $"passthrough\n"
            + "models: [{model: first}]\n---\nmerge_method: linear\nmodels:\n- model: one\n- model: second\nparameters: {weight: 1}\n");
        var result = CliRunner.Run("merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Error, Does.Contain("nowhere_to_be_found"));
        var card = File.ReadAllText(_directory.Combine("merged", "README.md"));
        Assert.That(card, Does.Match("## To know\n\n(- .*\n)*- .*the document \"unused\" is not merged"));
        Assert.That(card, Does.Match("(?m)^- one: .*nowhere_to_be_found"));

        Assert.That(
            CliRunner.Run(
            "reproduce", _directory.Combine("merged", "recipe.lock"), "-o", _directory.Combine("again"), "--root",
            _directory.Path).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(_directory.Combine("again", "README.md")), Does.Match("(?m)^- one: .*nowhere_to_be_found"));
    }

    [Test]
    public void Merge_LaterDocumentThatCannotWork_LeavesNothing()
    {
        File.WriteAllText(
            Recipe,
            "name: one\nmerge_method: passthrough\nmodels: [{model: first}]\n---\nmerge_method: linear\nmodels:\n- model: "
            + "one\n- model: none\nparameters: {weight: 1}\n");
        var before = FolderSnapshot.Take(_directory.Path);
        var result = CliRunner.Run("merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Contain("recipe.yaml:8: models[1].model: Model none: there is no directory"));
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before));
    }
}
