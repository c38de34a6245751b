# Two commands matter: `make run` and `make test`. Everything they need comes from this project's files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_MODULES := frontend/node_modules/.package-lock.json
PROVIDER := tests/people/provider/node_modules/.package-lock.json
FONTS := var/fonts/.made
SPA := frontend/dist/index.html
CLIENT := frontend/src/api/generated/.made
SPA_SOURCES := $(shell find frontend/src frontend/m frontend/scripts frontend/public frontend/index.html frontend/vite.config.ts -type f -not -path '*/generated/*' 2>/dev/null)

# Processes of one run share what is compiled, wherever the run is started from.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check check-backend check-frontend demo-ahead test-backend test-years test-frontend test-browser build contract journey demo reset
.PHONY: bench lighthouse doctor faults fuzz access clean

run: $(VENV)/.made $(FONTS) $(SPA)
	@exec $(BIN)/miaopu run

# What runs on one core goes two at a time; the tests of the backend and of the browser take both by themselves.
test:
	@$(MAKE) --no-print-directory -j2 --output-sync=target demo-ahead check-backend check-frontend test-frontend $(SPA)
	@$(MAKE) --no-print-directory test-backend
	@$(MAKE) --no-print-directory test-browser

# Lint, types, seams, contract and migrations: what needs no server of its own.
check: check-backend check-frontend

check-backend: $(VENV)/.dev
	$(BIN)/ruff check backend tests migrations scripts
	$(BIN)/ruff format --check backend tests migrations scripts
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/miaopu contract openapi/openapi.json --check
	$(BIN)/miaopu plan check backend/miaopu/plans/nmg-2024.toml
	$(BIN)/miaopu plan check tests/plans/second.toml
	$(BIN)/python -m pytest tests/house/test_migrations.py
	$(BIN)/python scripts/audit.py

check-frontend: $(CLIENT)
	cd frontend && npm run --silent typecheck && npm run --silent lint

test-backend: $(VENV)/.dev $(FONTS) $(PROVIDER)
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/journeys/test_two_years.py

# Both plans' years, every number at their end, and two years in a row.
test-years: $(VENV)/.dev $(FONTS)
	MIAOPU_YEARS=nmg-2024,second $(BIN)/python -m pytest tests/journeys/test_year.py tests/journeys/test_two_years.py

# Every cell of tests/access/table.csv against the walked year, and every foreign id against one of nowhere; the suite
# does some of each operation.
access: $(VENV)/.dev $(FONTS)
	MIAOPU_TEST_ACCESS=whole $(BIN)/python -m pytest -s tests/access

test-frontend: $(CLIENT)
	cd frontend && npm test --silent

demo-ahead: $(VENV)/.dev $(FONTS)
	scripts/demo-ahead.sh

test-browser: $(VENV)/.dev $(FONTS) $(SPA)
	scripts/browser.sh

# Figures, side by side as ratios; never a test.
bench: $(VENV)/.dev $(FONTS) $(SPA)
	PYTHONPATH=tests $(BIN)/python tests/bench/imports.py
	PYTHONPATH=tests $(BIN)/python tests/bench/marks.py
	PYTHONPATH=tests $(BIN)/python tests/bench/board.py
	PYTHONPATH=tests $(BIN)/python tests/bench/certificates.py
	PYTHONPATH=tests $(BIN)/python tests/bench/overload.py
	. scripts/chromium.sh && export MIAOPU_CHROMIUM && PYTHONPATH=tests $(BIN)/python tests/bench/phone.py

# What Lighthouse says of the phone's pages; it brings a hundred megabytes of its own, so it is asked for by name.
lighthouse: $(VENV)/.dev $(FONTS) $(SPA)
	cd tests/bench/lighthouse && npm ci --silent --no-audit --no-fund
	. scripts/chromium.sh && export MIAOPU_CHROMIUM && PYTHONPATH=tests $(BIN)/python tests/bench/phone.py lighthouse

# Any request from anybody, far more than the suite sends; and every fault, many times. Each prints a table.
fuzz: $(VENV)/.dev $(FONTS)
	MIAOPU_EXAMPLES=200 $(BIN)/python -m pytest tests/fuzz/test_oracles.py
	PYTHONPATH=tests:tests/fuzz $(BIN)/python tests/fuzz/run.py
	PYTHONPATH=tests:tests/fuzz $(BIN)/python tests/fuzz/walks.py

faults: $(VENV)/.dev $(FONTS)
	PYTHONPATH=tests:tests/faults $(BIN)/python tests/faults/run.py

build: $(SPA)

contract: $(VENV)/.made
	$(BIN)/miaopu contract openapi/openapi.json

# The funnel of both plans' years, by city and subject; of the second plan also that of the year after.
journey: $(VENV)/.made $(FONTS)
	$(BIN)/miaopu journey --plan backend/miaopu/plans/nmg-2024.toml
	$(BIN)/miaopu journey --plan tests/plans/second.toml --years 2

demo: $(VENV)/.made $(FONTS)
	$(BIN)/miaopu demo

# Every invariant of the programme, asked of the data.
doctor: $(VENV)/.made
	@$(BIN)/miaopu doctor

reset: $(VENV)/.made
	@$(BIN)/miaopu reset

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.made: backend/requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r backend/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: backend/requirements-dev.lock $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r backend/requirements-dev.lock
	@touch $@

$(NODE_MODULES): frontend/package-lock.json frontend/package.json
	cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

# A real OpenID provider, for the tests of single sign-on.
$(PROVIDER): tests/people/provider/package-lock.json
	cd tests/people/provider && npm ci --silent --no-audit --no-fund
	@touch $@

# Chinese type for letters, tickets and certificates.
$(FONTS): $(NODE_MODULES)
	@mkdir -p var/fonts
	@for weight in 400Regular 700Bold; do \
		cp frontend/node_modules/@expo-google-fonts/noto-sans-sc/$$weight/NotoSansSC_$$weight.ttf var/fonts/; \
		cp frontend/node_modules/@expo-google-fonts/noto-serif-sc/$$weight/NotoSerifSC_$$weight.ttf var/fonts/; \
	done
	@touch $@

# What the pages know of the contract.
$(CLIENT): $(NODE_MODULES) openapi/openapi.json frontend/openapi-ts.config.ts
	cd frontend && npm run --silent generate
	@touch $@

$(SPA): $(CLIENT) $(SPA_SOURCES)
	cd frontend && npm run --silent build
	@touch $@

clean:
	rm -rf $(VENV) frontend/node_modules frontend/dist var/fonts
