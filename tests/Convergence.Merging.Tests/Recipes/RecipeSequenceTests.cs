namespace Convergence.Merging.Tests.Recipes;

/// <summary>Files of several documents.</summary>
public sealed class RecipeSequenceTests
{
    [Test]
    public void ParseSequence_Documents_AreInTheOrderOfTheirNeeds_AndTheUnnamedIsTheResult()
    {
        var sequence = RecipeReader.ParseSequence(
            Document("", "second")
            + Document("name: second\n", "first", "x") + Document("name: unused\n", "y") + Document("name: first\n", "z"), "x.yml");
        Assert.That(sequence.Steps.Select(step => step.Name), Is.EqualTo(new[] { "first", "second", null }));
        Assert.That(sequence.Notes, Is.EqualTo(new[] { "x.yml: the document \"unused\" is not merged: the result does not use it." }));
    }

    [Test]
    public void ParseSequence_AllNamed_TheLastIsTheResult() =>
        Assert.That(
            RecipeReader.ParseSequence(Document("name: a\n", "x") + Document("name: b\n", "a"), "x.yml").Steps.Select(step => step.Name),
            Is.EqualTo(new[] { "a", "b" }));

    [TestCase("name: a\n", "b", "name: b\n", "a", "in a circle: b uses a uses b")]
    [TestCase("name: a\n", "x", "name: a\n", "y", "two documents have the name \"a\"")]
    [TestCase("", "x", "", "y", "several documents without a name")]
    [TestCase("name: ../a\n", "x", "", "y", "the name \"../a\" of a document must be a plain word")]
    public void ParseSequence_DocumentsThatDoNotFit_AreRefused(
        string name, string model, string otherName, string otherModel, string message) =>
        Assert.That(
            () => RecipeReader.ParseSequence(Document(name, model) + Document(otherName, otherModel), "x.yml"),
            Throws.TypeOf<RecipeException>().With.Message.Contains(message));

    [Test]
    public void ParseSequence_MistakeInALaterDocument_NamesItsLineInTheFile() =>
        Assert.That(
            () => RecipeReader.ParseSequence(Document("name: a\n", "x") + "---\nmerge_method: linear\nmodels: []\nseed: x\n", "x.yml"),
            Throws.TypeOf<RecipeException>().With.Message.StartsWith("x.yml:10: seed:"));

    private static string Document(string name, params string[] models) =>
        $"---\n{name}merge_method: linear\nmodels:\n{string.Concat(models.Select(model => $"- model: {model}\n"))}parameters: "
        + $"{{weight: 1}}\n";
}
