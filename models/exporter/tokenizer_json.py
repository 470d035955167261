"""tokenizer.json of tokenizers that do not come with one, or clean texts in Python first."""
import json
import re
import string

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from refused import Refused

PUNCTUATION = Regex(f"[{re.escape(string.punctuation)}]")


def of_fast(tokenizer):
    """Of a tokenizer that the tokenizers library runs. Cutting and padding are the service's, as bundle.json says."""
    return _plain(json.loads(tokenizer.backend_tokenizer.to_str()))


def of_open_clip(simple):
    """Of open_clip's own tokenizer in Python, which is OpenAI's."""
    vocabulary, merges = dict(simple.encoder), list(simple.bpe_ranks)
    start, end = simple.sot_token_id, simple.eot_token_id
    names = {id_: token for token, id_ in vocabulary.items()}
    tokenizer = Tokenizer(
        models.BPE(vocabulary, merges, unk_token=names[end], continuing_subword_prefix="", end_of_word_suffix="</w>")
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), *cleaning("lower")])
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(words, "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.post_processor = processors.RobertaProcessing(
        (names[end], end), (names[start], start), trim_offsets=False, add_prefix_space=False
    )
    tokenizer.add_special_tokens([AddedToken(names[id_], normalized=True) for id_ in simple.all_special_ids])
    return _plain(json.loads(tokenizer.to_str()))


def of_siglip(tokenizer):
    """Of transformers' SiglipTokenizer, which strips punctuation in Python and asks sentencepiece (a unigram model)."""
    from sentencepiece import sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    with open(tokenizer.vocab_file, "rb") as file:
        model.ParseFromString(file.read())
    if model.trainer_spec.model_type != model.trainer_spec.UNIGRAM:
        raise Refused(f"{tokenizer.vocab_file} is not a unigram model, as SigLIP's are")
    pieces = [(piece.piece, piece.score) for piece in model.pieces]
    made = Tokenizer(models.Unigram(pieces, model.trainer_spec.unk_id, model.trainer_spec.byte_fallback))
    characters = model.normalizer_spec.precompiled_charsmap
    made.normalizer = normalizers.Sequence(
        cleaning("canonicalize" if tokenizer.do_lower_case else "unpunctuate")
        + ([normalizers.Precompiled(characters)] if characters else [])
        + [normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    end = tokenizer.eos_token
    made.post_processor = processors.TemplateProcessing(single=f"$A {end}", special_tokens=[(end, tokenizer.eos_token_id)])
    made.add_special_tokens([AddedToken(end, lstrip=True, rstrip=True, normalized=False)])
    return _plain(json.loads(made.to_str()))


def cleaning(kind, underscores=False):
    """What is done in Python before a text is tokenized: open_clip's names, without ftfy and HTML entities."""
    steps = {
        "whitespace": [],
        "lower": [normalizers.Lowercase()],
        "unpunctuate": [normalizers.Replace(PUNCTUATION, "")],
        "canonicalize": [normalizers.Replace(PUNCTUATION, ""), normalizers.Lowercase()],
    }
    if kind not in steps:
        raise Refused(f"texts are cleaned by {kind!r}, which no tokenizer.json can do; known are {', '.join(steps)}")
    before = [normalizers.Replace("_", " ")] if underscores else []
    return before + steps[kind] + [normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]


def cleaned(text, kind):
    """A tokenizer.json that cleans as open_clip does before."""
    tokenizer = Tokenizer.from_str(text)
    own = [tokenizer.normalizer] if tokenizer.normalizer else []
    tokenizer.normalizer = normalizers.Sequence(cleaning(kind, underscores=kind == "canonicalize") + own)
    return _plain(json.loads(tokenizer.to_str()))


def _plain(made):
    made["truncation"] = made["padding"] = None
    return json.dumps(made, ensure_ascii=False)
