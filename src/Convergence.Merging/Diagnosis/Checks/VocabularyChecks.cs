using System.Text.Json.Nodes;

namespace Convergence.Merging.Diagnosis;

/// <summary>What a row of the embedding stands for: sizes, tokens under other ids, tokens only some have, rows without a token.</summary>
internal static class VocabularyChecks
{
    public static IEnumerable<Finding> Of(Examination examination)
    {
        var findings = Sizes(examination).Concat(Tokens(examination)).ToList();
        if (findings.TrueForAll(finding => finding.Level < FindingLevel.Warning))
        {
            var count = examination.Reference.Vocabulary?.Count;
            findings.Insert(0, new Finding(
                FindingTopic.Vocabulary, FindingLevel.Ok,
                count is { } tokens
                    ? FormattableString.Invariant(
                        $"{tokens} tokens{(examination.Models.Length > 1 ? ", under the same ids in all models that list them" : "")}.")
                    : $"vocab_size {examination.Reference.Setting("vocab_size")?.ToJsonString() ?? "not given"}"
                        + (examination.Models.Length > 1 ? " in all models." : ".")));
        }

        return findings;
    }

    private static IEnumerable<Finding> Sizes(Examination examination)
    {
        var sizes = examination.Models.GroupBy(model => (model.Setting("vocab_size") as JsonValue)?.ToJsonString() ?? "none").ToList();
        if (sizes.Count > 1)
        {
            yield return new Finding(
                FindingTopic.Vocabulary, FindingLevel.Blocks,
                "The models have different "
                + $"vocab_size: {string.Join("; ", sizes.Select(size => $"{size.Key} ({examination.NamesOf(size)})"))}.",
                $"The same row of the embedding may stand for different tokens: {ModelChecks.VocabularyCure}");
        }

        foreach (var model in examination.Models)
        {
            if (model.Embedding is not { } name
                || model.Find(name) is not { Shape.Rank: 2 } embedding
                || model.Vocabulary is not { } vocabulary)
            {
                continue;
            }

            var (rows, needed) = (embedding.Shape[0], vocabulary.LargestId + 1);
            if (rows < needed)
            {
                yield return new Finding(
                    FindingTopic.Vocabulary, FindingLevel.Warning,
                    FormattableString.Invariant(
                        $"{examination.NameOf(model)}: tokenizer.json gives ids up to {needed - 1}, but {name} has only {rows} rows."),
                    "Texts with the tokens beyond cannot be run: "
                    + "resize the embedding, or take the tokenizer that belongs to these weights.");
            }
            else if (rows > needed)
            {
                yield return new Finding(
                    FindingTopic.Vocabulary, FindingLevel.Note,
                    FormattableString.Invariant(
                        $"{examination.NameOf(model)}: {rows - needed} of the {rows} rows of {name} are padding, for no token."));
            }
        }
    }

    private static IEnumerable<Finding> Tokens(Examination examination)
    {
        if (examination.Models.FirstOrDefault(model => model.Vocabulary is not null) is not { Vocabulary: { } expected } reference)
        {
            yield break;
        }

        foreach (var model in examination.Models.Where(model => model != reference))
        {
            if (model.Vocabulary is not { } found)
            {
                continue;
            }

            var difference = expected.DifferenceFrom(found);
            if (!difference.Moved.IsEmpty)
            {
                var tokens = difference.Moved.Select(token =>
                    FormattableString.Invariant($"\"{token}\" ({expected.IdOf(token)} against {found.IdOf(token)})")).ToList();
                yield return new Finding(
                    FindingTopic.Vocabulary, FindingLevel.Blocks,
                    FormattableString.Invariant($"{tokens.Count} {(tokens.Count == 1 ? "token has another id" : "tokens have other ids")} ")
                    + FormattableString.Invariant(
                        $"in {examination.NameOf(model)} than in {examination.NameOf(reference)}: {Examination.Some(tokens)}."),
                    $"The same row of the embedding stands for different tokens: {ModelChecks.VocabularyCure}");
            }

            var oneSided = new[] { (reference, model, difference.OnlyFirst), (model, reference, difference.OnlySecond) };
            foreach (var (holder, other, only) in oneSided)
            {
                if (!only.IsEmpty)
                {
                    yield return new Finding(
                        FindingTopic.Vocabulary, FindingLevel.Warning,
                        FormattableString.Invariant(
                            $"{only.Length} {(only.Length == 1 ? "token is" : "tokens are")} in {examination.NameOf(holder)} only, ")
                            + FormattableString.Invariant(
                                $"not in {examination.NameOf(other)}: {Examination.Some([.. only.Select(token => $"\"{token}\"")])}."),
                        $"In {examination.NameOf(other)} these rows were never trained, or stand for nothing; averaging weakens them. "
                        + $"Prefer {examination.NameOf(holder)}'s tokenizer and give its embedding most of the weight.");
                }
            }
        }
    }
}
